import { describe, expect, test } from "vitest";
import { changesWith } from "../../support/source/language/scheme.ts";
import {
  Budget,
  formatIp,
  Ip6,
  type IpValue,
  parseIp,
  type Value,
} from "../../support/source/language/values.ts";
import { requestScheme } from "../../support/source/request/fields.ts";
import {
  prepareRequestOptions,
  type RequestData,
  type RequestOptions,
  requestFrom,
  WafRequest,
} from "../../support/source/request/model.ts";

/** The outer shape of a certificate whose key identifier is 0A0B, and its issuer's 0C0D. */
const KEYED = (() => {
  const der = (tag: number, ...contents: readonly string[]): string => {
    const content = contents.join("");
    return String.fromCharCode(tag, content.length) + content;
  };
  const extension = (identifier: string, value: string) => der(0x30, der(0x06, identifier), der(0x04, value));
  const extensions = [
    extension("\x55\x1d\x0e", der(0x04, "\x0a\x0b")),
    extension("\x55\x1d\x23", der(0x30, der(0x80, "\x0c\x0d"))),
  ];
  return der(0x30, der(0x30, der(0x02, "\x01"), der(0xa3, der(0x30, ...extensions))), der(0x03, "\0s"));
})();

const scheme = requestScheme([]);

function read(request: WafRequest, name: string): Value | undefined {
  const context = scheme.createContext<WafRequest>();
  context.reset(request);
  context.budget = new Budget(1_000_000);
  return context.get(scheme.field(name)!.slot);
}

/** Values in a form that tables can hold: maps as entries, addresses of fields of type Ip as text. */
function shown(name: string, value: Value | undefined): unknown {
  if (value instanceof Map) return [...value];
  const isIp = scheme.field(name)!.field.type.kind === "Ip";
  return isIp && (typeof value === "number" || value instanceof Ip6) ? formatIp(value as IpValue) : value;
}

function check(
  init: RequestData,
  expected: Readonly<Record<string, unknown>>,
  options: RequestOptions = {},
): void {
  const request = new WafRequest(requestFrom(init), prepareRequestOptions(options));
  const found = Object.fromEntries(
    Object.keys(expected).map((name) => [name, shown(name, read(request, name))]),
  );
  expect(found).toEqual(expected);
}

const get: RequestData = {
  url: "https://A.example:8443/x/../Shop//a%2eB.PNG?q=1&q=two+w&__proto__&=e#f",
  headers: [
    ["User-Agent", "one"],
    ["user-agent", "two"],
    ["Cookie", "a=1; b=%31"],
    ["Cookie", "%61=2"],
    ["Accept-Language", "de;q=0.5, en"],
    ["X-Forwarded-For", "192.0.2.9"],
  ],
  remoteAddress: "10.0.0.1",
  remotePort: 4000,
  localAddress: "::ffff:10.0.0.2",
  localPort: 8443,
  receivedAt: 1_760_000_000_123,
};

describe("fields of a request's head", () => {
  test("address and arguments", () =>
    check(get, {
      "http.request.method": "GET",
      "http.request.version": "HTTP/1.1",
      "http.host": "a.example",
      "wirewall.http.host.raw": "A.example:8443",
      "http.request.full_uri": "https://a.example/Shop/a.B.PNG?q=1&q=two+w&__proto__&=e%23f",
      "http.request.uri": "/Shop/a.B.PNG?q=1&q=two+w&__proto__&=e#f",
      "http.request.uri.path": "/Shop/a.B.PNG",
      "http.request.uri.path.basename": "a.B.PNG",
      "http.request.uri.path.extension": "png",
      "http.request.uri.query": "q=1&q=two+w&__proto__&=e#f",
      "http.request.uri.args": [
        ["q", ["1", "two+w"]],
        ["__proto__", [""]],
        ["", ["e#f"]],
      ],
      "http.request.uri.args.names": ["q", "q", "__proto__", ""],
      "http.request.uri.args.values": ["1", "two+w", "", "e#f"],
      "raw.http.request.uri.path": "/x/../Shop//a%2eB.PNG",
      "raw.http.request.uri": "/x/../Shop//a%2eB.PNG?q=1&q=two+w&__proto__&=e#f",
      "raw.http.request.uri.path.extension": "png",
      "wirewall.request.uri.anomalies": ["fragment", "encoded_dot", "dot_segment", "repeated_slash"],
      ssl: true,
    }));

  test("headers and cookies", () =>
    check(get, {
      "http.user_agent": "one, two",
      "http.referer": "",
      "http.cookie": "a=1; b=%31; %61=2",
      "http.x_forwarded_for": "192.0.2.9",
      "http.request.cookies": [
        ["a", ["1", "2"]],
        ["b", ["%31"]],
      ],
      "http.request.headers.names": [
        "Host",
        "User-Agent",
        "user-agent",
        "Cookie",
        "Cookie",
        "Accept-Language",
        "X-Forwarded-For",
      ],
      "http.request.headers.truncated": false,
      "http.request.accepted_languages": ["en", "de"],
      "wirewall.request.headers.anomalies": ["duplicate_user_agent"],
      "wirewall.request.cookies.anomalies": ["duplicate_cookie", "encoded_name"],
    }));

  test("connection and time", () =>
    check(get, {
      "ip.src": "10.0.0.1",
      "wirewall.request.client.trusted_proxy": false,
      "cf.edge.server_ip": "10.0.0.2",
      "cf.edge.server_port": 8443,
      "cf.edge.client_port": 4000,
      "cf.edge.client_tcp": true,
      "http.request.timestamp.sec": 1_760_000_000,
      "http.request.timestamp.msec": 123,
      "cf.ray_id": undefined,
      "cf.random_seed": undefined,
      "cf.bot_management.static_resource": true,
    }));

  test("a request for the whole server", () =>
    check(
      { method: "OPTIONS", url: "*", headers: { Host: "a.example" } },
      {
        "http.request.uri": "*",
        "http.request.uri.path": "*",
        "http.request.full_uri": "http://a.example",
        "raw.http.request.full_uri": "http://a.example",
      },
    ));

  test("a trusted proxy's word", () =>
    check(
      {
        url: "/",
        headers: { Host: "a", "X-Forwarded-For": "192.0.2.9", "X-Proto": "http, HTTPS" },
        remoteAddress: "10.0.0.1",
      },
      { "ip.src": "192.0.2.9", ssl: true, "wirewall.request.client.trusted_proxy": true },
      { client: { trust: ["10.0.0.0/8"], protocolHeader: "X-Proto" } },
    ));

  test.each([
    ["SHOP.example", "shop.example"],
    ["shop.example.", "shop.example"],
    ["shop.example:", "shop.example"],
    ["Shop.Example.:8443", "shop.example"],
    ["[2001:DB8::1]:443", "[2001:db8::1]"],
    ["[2001:DB8::1]", "[2001:db8::1]"],
    ["2001:db8::1:443", "2001:db8::1:443"],
    ["shop.example:x", "shop.example:x"],
    ["u@shop.example:1", "u@shop.example"],
    ["B\u00fccher.example", "b\u00c3\u00bccher.example"],
    ["", ""],
  ])("the host %j is %j", (sent, host) => {
    const expected = { "http.host": host, "http.request.full_uri": `http://${host}/a` };
    check({ url: "/a", headers: { Host: sent } }, expected);
    if (!/[^ -~]/.test(sent))
      check({ url: "/a", headers: { Host: sent } }, { "wirewall.http.host.raw": sent });
  });

  test("names of arguments and form fields are decoded in fields of their own", () =>
    check(
      {
        method: "POST",
        url: "/?de%62ug=1&a+b&%2563=2",
        headers: { Host: "a", "Content-Type": "application/x-www-form-urlencoded" },
        body: "%61dmin=1&x",
      },
      {
        "http.request.uri.args.names": ["de%62ug", "a+b", "%2563"],
        "wirewall.request.uri.args.names": ["debug", "a b", "c"],
        "http.request.body.form.names": ["%61dmin", "x"],
        "wirewall.request.body.form.names": ["admin", "x"],
      },
    ));

  test("limits and rubbish show in the anomalies", () => {
    const expected = (codes: readonly string[]) => ({ "wirewall.request.uri.anomalies": codes });
    check({ url: "/?a&b", headers: { Host: "a" } }, expected([]), { limits: { maxArguments: 2 } });
    check({ url: "/?a&b&c", headers: { Host: "a" } }, expected(["too_many_arguments"]), {
      limits: { maxArguments: 2 },
    });
    check(
      { url: "/", headers: { Host: "a", "X-Forwarded-For": "rubbish" }, remoteAddress: "10.0.0.1" },
      { "ip.src": undefined, "wirewall.request.headers.anomalies": ["malformed_forwarding"] },
      { client: { trust: ["10.0.0.1"] } },
    );
  });

  test("nobody's word", () =>
    check(
      { url: "/", headers: { Host: "a", "X-Proto": "https" }, remoteAddress: "192.0.2.1" },
      { "ip.src": "192.0.2.1", ssl: false },
      { client: { trust: ["10.0.0.0/8"], protocolHeader: "X-Proto" } },
    ));

  test("randomness comes from the port, once", () => {
    let calls = 0;
    const random = (bytes: number) => String.fromCharCode(++calls).repeat(bytes);
    const request = new WafRequest(requestFrom({ url: "/" }), prepareRequestOptions({ random }));
    expect(read(request, "cf.random_seed")).toBe("\x01".repeat(16));
    expect(read(request, "cf.random_seed")).toBe("\x01".repeat(16));
    expect(read(request, "cf.ray_id")).toBe("02".repeat(8));
  });

  test("geography", () => {
    const geo = [
      { lookup: () => ({ country: "AT", inEuropeanUnion: true }) },
      { lookup: () => ({ country: "DE", asn: 64496 }) },
    ];
    check(
      { url: "/", remoteAddress: "192.0.2.1" },
      {
        "ip.src.country": "AT",
        "ip.src.asnum": 64496,
        "ip.src.is_in_european_union": true,
        "ip.src.city": "",
      },
      { geo },
    );
  });

  test("what the embedder supplies", () =>
    check(
      {
        url: "/",
        supplied: new Map<string, Value>([
          ["cf.bot_management.score", 7],
          ["cf.client.bot", true],
          ["ip.src.country", "NL"],
          ["ip.src", parseIp("2001:db8::7")!],
        ]),
      },
      {
        "cf.bot_management.score": 7,
        "cf.bot_management.verified_bot": true,
        "ip.src.country": "NL",
        "ip.src": "2001:db8::7",
        "cf.waf.score": 95,
        "cf.bot_management.tags": [],
      },
    ));

  test("what the embedder supplies goes by the name of its field", () => {
    const asked: string[] = [];
    class Asked extends Map<string, Value> {
      override get(name: string): Value | undefined {
        asked.push(name);
        return super.get(name);
      }
    }
    const request = new WafRequest({ ...requestFrom({ url: "/" }), supplied: new Asked() });
    const taken: string[] = [];
    for (const { name, read: reader } of scheme.fields) {
      if (reader === undefined) continue;
      asked.length = 0;
      read(request, name);
      if (asked.length === 0) continue;
      taken.push(name);
      // Some read other fields as well.
      expect(asked).toContain(name);
      expect(asked.filter((one) => scheme.field(one) === undefined)).toEqual([]);
    }
    expect(taken.length).toBeGreaterThan(50);
  });

  test("a score that nobody gave is nil", () =>
    check({ url: "/" }, { "cf.bot_management.score": undefined, "ip.src": undefined }));
});

describe("fields of a body", () => {
  test("a form", () =>
    check(
      {
        method: "post",
        url: "/",
        headers: { Host: "a", "Content-Type": "application/x-www-form-urlencoded" },
        body: "a=1&a=%32",
      },
      {
        "http.request.method": "POST",
        "http.request.body.raw": "a=1&a=%32",
        "http.request.body.size": 9,
        "http.request.body.truncated": false,
        "http.request.body.form": [["a", ["1", "%32"]]],
        "http.request.body.form.names": ["a", "a"],
        "http.request.body.multipart.names": [],
        "http.request.body.mime": "text/plain",
        "wirewall.request.body.kind": "form",
        "wirewall.request.body.error": "",
        "wirewall.request.body.anomalies": [],
      },
    ));

  test("parts", () =>
    check(
      {
        method: "POST",
        url: "/",
        headers: { "Content-Type": "multipart/form-data; boundary=b" },
        body: '--b\r\nContent-Disposition: form-data; name="a"; name="c"; filename="d"\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: binary\r\n\r\nx\r\n--b--',
      },
      {
        "http.request.body.multipart": [
          ["a", ["x"]],
          ["c", ["x"]],
        ],
        "http.request.body.multipart.values": ["x"],
        "http.request.body.multipart.names": [["a", "c"]],
        "http.request.body.multipart.filenames": [["d"]],
        "http.request.body.multipart.content_types": [["image/png"]],
        "http.request.body.multipart.content_dispositions": [['form-data; name="a"; name="c"; filename="d"']],
        "http.request.body.multipart.content_transfer_encodings": [["binary"]],
        "wirewall.request.body.anomalies": ["multipart_duplicate_name"],
      },
    ));

  test("JSON", () =>
    check(
      {
        method: "POST",
        url: "/",
        headers: { "Content-Type": "application/json" },
        body: '{"a":["é",{"b":1}],;',
      },
      {
        "wirewall.request.body.json.names": ["a.0", "a.1.b"],
        "wirewall.request.body.json.values": ["\xc3\xa9", "1"],
        "wirewall.request.body.json.depth": 3,
        "wirewall.request.body.error": "json_syntax",
      },
    ));

  test("no body is an empty one, an announced one nil until it is here", () => {
    check(
      { url: "/" },
      { "http.request.body.size": 0, "http.request.body.raw": "", "wirewall.request.body.error": "" },
    );
    check(
      { url: "/", headers: { "Content-Length": "5" } },
      { "http.request.body.size": undefined, "wirewall.request.body.anomalies": undefined },
    );
  });
});

describe("fields of a response", () => {
  test("none yet", () =>
    check({ url: "/" }, { "http.response.code": undefined, "http.response.headers": [] }));
  test("status and headers", () =>
    check(
      { url: "/", response: { status: 404, headers: { "Content-Type": "Text/HTML ; charset=utf-8" } } },
      {
        "http.response.code": 404,
        "http.response.headers": [["content-type", ["Text/HTML ; charset=utf-8"]]],
        "raw.http.response.headers.names": ["Content-Type"],
        "http.response.content_type.media_type": "text/html",
        "cf.response.error_type": "",
      },
    ));
});

describe("fields of a certificate", () => {
  test("none", () =>
    check(
      { url: "/" },
      {
        "cf.tls_client_auth.cert_presented": false,
        "cf.tls_client_auth.cert_serial": "",
        "cf.tls_version": "",
      },
    ));
  test("revoked", () =>
    check(
      {
        url: "/",
        tls: {
          version: "TLSv1.3",
          clientCertificate: {
            verified: true,
            revoked: true,
            subject: "CN=a\\,b,O=c",
            der: "xyz",
            chainDer: ["x", "y"],
          },
        },
      },
      {
        "cf.tls_version": "TLSv1.3",
        "cf.tls_client_auth.cert_presented": true,
        "cf.tls_client_auth.cert_verified": true,
        "cf.tls_client_auth.cert_revoked": true,
        "cf.tls_client_auth.cert_subject_dn": "CN=a\\,b,O=c",
        "cf.tls_client_auth.cert_subject_dn_legacy": "/O=c/CN=a,b",
        "cf.tls_client_auth.cert_rfc9440": ":eHl6:",
        "cf.tls_client_auth.cert_chain_rfc9440": ":eA==:, :eQ==:",
        "cf.tls_client_auth.cert_rfc9440_too_large": false,
      },
    ));
  test("without its bytes", () =>
    check(
      { url: "/", tls: { clientCertificate: { verified: true } } },
      {
        "cf.tls_client_auth.cert_presented": true,
        "cf.tls_client_auth.cert_serial": "",
        "cf.tls_client_auth.cert_rfc9440": "",
        "cf.tls_client_auth.cert_rfc9440_too_large": false,
        "cf.tls_client_auth.cert_chain_rfc9440": "",
        "cf.tls_client_auth.cert_chain_rfc9440_too_large": false,
      },
    ));
  test.each<[what: string, certificate: object, own: string, issuer: string]>([
    ["given", { subjectKeyId: "0A", issuerKeyId: "0B", der: KEYED, chainDer: [KEYED] }, "0A", "0B"],
    ["of its bytes", { der: KEYED }, "0A0B", "0C0D"],
    ["of the issuer's bytes", { der: KEYED, chainDer: [KEYED] }, "0A0B", "0A0B"],
    ["of an issuer without one", { der: KEYED, chainDer: ["x"] }, "0A0B", "0C0D"],
    ["of an issuer alone", { chainDer: [KEYED] }, "", "0A0B"],
    ["of a certificate without one", { der: "x" }, "", ""],
    ["of nothing", {}, "", ""],
  ])("key identifiers: %s", (_what, certificate, own, issuer) =>
    check(
      { url: "/", tls: { clientCertificate: { verified: true, ...certificate } } },
      {
        "cf.tls_client_auth.cert_ski": own,
        "cf.tls_client_auth.cert_issuer_ski": issuer,
        "cf.tls_client_auth.cert_issuer_dn_legacy": "",
        "cf.tls_client_auth.cert_subject_dn_legacy": "",
      },
    ),
  );
  test("the issuer's name", () =>
    check(
      { url: "/", tls: { clientCertificate: { verified: true, issuer: "CN=ca,C=AT" } } },
      {
        "cf.tls_client_auth.cert_issuer_dn": "CN=ca,C=AT",
        "cf.tls_client_auth.cert_issuer_dn_rfc2253": "CN=ca,C=AT",
        "cf.tls_client_auth.cert_issuer_dn_legacy": "/C=AT/CN=ca",
      },
    ));
  test("too large", () =>
    check(
      {
        url: "/",
        tls: {
          clientCertificate: { verified: false, der: "x".repeat(8000), chainDer: ["x".repeat(13_000)] },
        },
      },
      {
        "cf.tls_client_auth.cert_rfc9440": "",
        "cf.tls_client_auth.cert_rfc9440_too_large": true,
        "cf.tls_client_auth.cert_chain_rfc9440": "",
        "cf.tls_client_auth.cert_chain_rfc9440_too_large": true,
      },
    ));
});

describe("rewrites", () => {
  test("take effect between phases, and leave raw fields alone", () => {
    const request = new WafRequest(
      requestFrom({ url: "/a?b=1", headers: { Host: "a", X: "1" }, response: { status: 200 } }),
    );
    const context = scheme.createContext<WafRequest>();
    context.reset(request);
    const see = (name: string) => context.get(scheme.field(name)!.slot);
    expect(see("http.request.uri")).toBe("/a?b=1");
    const changed = request.rewrite([
      { part: "path", value: "/lost" },
      { part: "query", value: "c=2" },
      { part: "headers", operation: { operation: "remove", name: "x" } },
      { part: "path", value: "/new//path" },
      { part: "responseHeaders", operation: { operation: "set", name: "Y", value: "2" } },
    ]);
    expect(see("http.request.uri")).toBe("/a?b=1");
    expect([...changed].sort()).toEqual(["headers", "path", "query", "responseHeaders"]);
    const sources = changed.map((part) => (part === "responseHeaders" ? "response" : part));
    scheme.fields.forEach((field, slot) => {
      if (sources.some((source) => changesWith(field, source))) context.invalidate(slot);
    });
    expect(see("http.request.uri")).toBe("/new//path?c=2");
    expect(see("http.request.uri.args.names")).toEqual(["c"]);
    expect(see("http.request.headers.names")).toEqual(["Host"]);
    expect(see("http.response.headers.names")).toEqual(["Y"]);
    expect(see("raw.http.request.uri")).toBe("/a?b=1");
    expect(see("raw.http.request.headers.names")).toEqual(["Host", "X"]);
    expect(see("raw.http.response.headers.names")).toEqual([]);
    expect(request.rewrite([])).toEqual([]);
  });

  test("an empty query takes the question mark away", () => {
    const request = new WafRequest(requestFrom({ url: "/a?b" }));
    request.rewrite([{ part: "query", value: "" }]);
    expect(read(request, "http.request.uri")).toBe("/a");
    expect(read(new WafRequest(requestFrom({ url: "/a?" })), "http.request.uri")).toBe("/a?");
  });

  test("a pooled request forgets the one before", () => {
    const request = new WafRequest(requestFrom(get));
    const names = scheme.fields.filter(({ read: reader }) => reader !== undefined).map(({ name }) => name);
    for (const name of names) read(request, name);
    request.rewrite([{ part: "path", value: "/rewritten" }]);
    const next = requestFrom({ url: "/other", receivedAt: 1 });
    request.reset(next);
    const fresh = new WafRequest(next);
    for (const name of names) expect([name, read(request, name)]).toEqual([name, read(fresh, name)]);
  });
});

test("a body that arrives late, and in two parts", () => {
  const view = { ...requestFrom({ method: "POST", url: "/", headers: { "Content-Length": "4" } }) };
  const shown: { -readonly [Key in keyof typeof view]: (typeof view)[Key] } = view;
  const context = scheme.createContext<WafRequest>();
  context.reset(new WafRequest(view));
  const see = (name: string) => context.get(scheme.field(name)!.slot);
  const arrive = (bytes: string, truncated: boolean) => {
    shown.body = { bytes, truncated };
    scheme.fields.forEach((field, slot) => {
      if (changesWith(field, "body")) context.invalidate(slot);
    });
  };
  expect(see("http.request.body.raw")).toBeUndefined();
  arrive("ab", true);
  expect([see("http.request.body.raw"), see("http.request.body.size")]).toEqual(["ab", 4]);
  arrive("abcd", false);
  expect([see("http.request.body.raw"), see("http.request.body.truncated")]).toEqual(["abcd", false]);
});
