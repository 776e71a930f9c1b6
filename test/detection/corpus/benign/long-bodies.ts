// Long bodies as programs send them, up to the limit of what is read. Each is the same in every run.
import { type Draw, drawn, PEOPLE, PLACES, SENTENCES, WORDS } from "./drawn.ts";

interface LongBody {
  readonly name: string;
  readonly type: string;
  readonly body: () => string;
}

const JSON_TYPE = "application/json";
const FORM = "application/x-www-form-urlencoded";

const json = (name: string, make: (draw: Draw) => unknown, type = JSON_TYPE): LongBody => ({
  name,
  type,
  body: () => JSON.stringify(make(drawn(name))),
});
const text = (
  name: string,
  type: string,
  count: number,
  piece: (draw: Draw, at: number) => string,
): LongBody => ({
  name,
  type,
  body: () => {
    const draw = drawn(name);
    return Array.from({ length: count }, (_, at) => piece(draw, at)).join("");
  },
});
const list = <T>(count: number, item: (at: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, at) => item(at));
const isoTime = (at: number) => new Date(1_700_000_000_000 + at * 61_000).toISOString();
const multipart = (name: string, count: number, part: (draw: Draw, at: number) => string): LongBody => ({
  name,
  type: "multipart/form-data; boundary=frontier7",
  body: () => {
    const draw = drawn(name);
    return `${list(count, (at) => `--frontier7\r\n${part(draw, at)}\r\n`).join("")}--frontier7--\r\n`;
  },
});
const field = (name: string, value: string) =>
  `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`;
const escapeXml = (value: string) =>
  value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

const point = (draw: Draw) => [13 + draw.fraction(6), 52 + draw.fraction(6)];
const address = (draw: Draw) => ({
  name: draw.one(PEOPLE),
  street: `${draw.one(PLACES)} ${draw.below(200)}`,
  zip: String(10_000 + draw.below(80_000)),
  country: draw.one(["DE", "FR", "IE", "US", "JP"]),
});

export const LONG_BODIES: readonly LongBody[] = [
  json("GeoJSON, a line of 2,000 points", (draw) => ({
    type: "Feature",
    properties: { name: "Spree", note: "l'été & l'hiver" },
    geometry: { type: "LineString", coordinates: list(2000, () => point(draw)) },
  })),
  json("GeoJSON, polygons", (draw) => ({
    type: "FeatureCollection",
    features: list(120, (at) => ({
      type: "Feature",
      id: at,
      properties: { name: draw.one(PLACES), area: draw.below(9000), open: draw.isSo() },
      geometry: { type: "Polygon", coordinates: [list(24, () => point(draw))] },
    })),
  })),
  json("GeoJSON, 1,000 places", (draw) => ({
    type: "FeatureCollection",
    features: list(1000, (at) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: point(draw) },
      properties: { id: at, name: draw.one(PLACES) },
    })),
  })),
  json("telemetry of 70 KB", (draw) =>
    list(420, (at) => ({
      t: isoTime(at),
      cpu: draw.fraction(4),
      mem: draw.below(16_000),
      io: { r: draw.below(900), w: draw.below(900) },
      host: `web-${draw.below(9)}`,
      tags: [`env:${draw.one(["prod", "test"])}`, "team:shop"],
      ok: draw.isSo(),
    })),
  ),
  json("spans of traces", (draw) => ({
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: list(260, (at) => ({
              traceId: draw.hex(32),
              spanId: draw.hex(16),
              name: draw.one(["GET /items/:id", "SELECT shop.orders", "redis.get", "render <Cart>"]),
              startTimeUnixNano: String(1_700_000_000_000_000_000n + BigInt(at)),
              attributes: [
                { key: "http.target", value: { stringValue: `/items/${draw.below(99)}?size=l&sort=asc` } },
                {
                  key: "db.statement",
                  value: { stringValue: "SELECT id, total FROM orders WHERE user_id = $1" },
                },
              ],
            })),
          },
        ],
      },
    ],
  })),
  json("log lines", (draw) => ({
    streams: [
      {
        stream: { app: "shop" },
        values: list(700, (at) => [
          String(at),
          `level=${draw.one(["info", "warn"])} path="/a/${draw.below(99)}" msg="${draw.one(SENTENCES)}"`,
        ]),
      },
    ],
  })),
  json("events of a page", (draw) => ({
    batch: list(300, (at) => ({
      event: draw.one(["click", "view", "select_item", "scroll"]),
      ts: 1_700_000_000_000 + at,
      props: {
        label: draw.one(SENTENCES),
        url: `https://shop.example/${draw.one(WORDS)}?p=${draw.below(9)}&q=a+b`,
      },
    })),
  })),
  json("a recording of mouse moves", (draw) => ({
    type: 3,
    moves: list(6000, (at) => ({ x: draw.below(1900), y: draw.below(1000), t: at * 16 })).map(
      ({ x, y, t }) => [x, y, t],
    ),
  })),
  json("a recording of a page's tree", (draw) => ({
    node: {
      id: 1,
      childNodes: list(600, (at) => ({
        id: at,
        tagName: draw.one(["div", "span", "a", "script", "img"]),
        attributes: { class: `${draw.one(WORDS)} ${draw.one(WORDS)}`, style: "color: red; top: 5px" },
        childNodes: [{ type: 3, textContent: draw.one(SENTENCES) }],
      })),
    },
  })),
  json("a series of whole numbers", (draw) => ({
    metric: "load",
    values: list(12_000, () => draw.below(99_999)),
  })),
  json("a series of fractions", (draw) => list(9000, () => draw.fraction(6))),
  json("a matrix", (draw) => ({ rows: 120, data: list(120, () => list(120, () => draw.below(999) - 500)) })),
  json("a vector of an embedding", (draw) => ({
    model: "m",
    input: "union",
    vector: list(3072, () => draw.fraction(8) - 0.5),
  })),
  json("bits", (draw) => list(20_000, () => draw.isSo())),
  json("empty values", () => ({ rows: list(9000, (at) => [null, "", [], {}][at % 4]) })),
  json("orders of 130 KB", (draw) => ({
    orders: list(460, (at) => ({
      id: 1000 + at,
      placed: isoTime(at),
      customer: address(draw),
      lines: list(2, () => ({
        sku: `A-${draw.below(900)}`,
        qty: 1 + draw.below(4),
        price: draw.below(9999) / 100,
      })),
      note: draw.one(SENTENCES),
    })).slice(0, 400),
  })),
  json("flat records", (draw) =>
    list(500, (at) => ({
      id: at,
      first: draw.one(PEOPLE),
      city: draw.one(PLACES),
      a: draw.below(99),
      b: draw.isSo(),
      c: null,
      d: draw.one(WORDS),
    })),
  ),
  json("rows of a table", (draw) =>
    list(900, (at) => [at, draw.one(PEOPLE), draw.one(PLACES), draw.below(1e6) / 100, isoTime(at)]),
  ),
  json("a dictionary of one object", (draw) =>
    Object.fromEntries(list(2000, (at) => [`${draw.one(WORDS)}_${at}`, draw.one(SENTENCES)])),
  ),
  json("translations", (draw) => ({
    de: Object.fromEntries(
      list(900, (at) => [
        `cart.item.${at}.title`,
        `${draw.one(SENTENCES)} {count, plural, one {# Artikel} other {# Artikel}}`,
      ]),
    ),
  })),
  json("a chat", (draw) =>
    list(800, (at) => ({ id: at, from: draw.one(PEOPLE), text: draw.one(SENTENCES), ts: at * 1000 })),
  ),
  json("a document of an editor", (draw) => ({
    type: "doc",
    content: list(500, () => ({
      type: "paragraph",
      attrs: { textAlign: null },
      content: [
        { type: "text", text: draw.one(SENTENCES) },
        {
          type: "text",
          marks: [{ type: "bold" }, { type: "link", attrs: { href: "https://shop.example/?a=1&b=2" } }],
          text: draw.one(WORDS),
        },
      ],
    })),
  })),
  json("an article of HTML in JSON", (draw) => ({
    title: "A long read",
    html: list(
      700,
      () =>
        `<p>${draw.one(SENTENCES).replaceAll("<", "&lt;")} <a href="/${draw.one(WORDS)}?x=1&amp;y=2">more</a></p>`,
    ).join("\n"),
  })),
  json("JSON in a text of JSON", (draw) => ({
    event: "import",
    payload: JSON.stringify(
      list(400, (at) => ({ id: at, name: draw.one(PEOPLE), note: draw.one(SENTENCES) })),
    ),
  })),
  json("a picture in Base64", (draw) => ({
    name: "photo.jpg",
    data: `data:image/jpeg;base64,${draw.bytes(70_000).toString("base64")}`,
  })),
  json("many hashes", (draw) => list(1700, () => draw.hex(64))),
  json("many identifiers", (draw) => ({
    ids: list(3000, () => `${draw.hex(8)}-${draw.hex(4)}-4${draw.hex(3)}-a${draw.hex(3)}-${draw.hex(12)}`),
  })),
  json(
    "an operation for each of many records",
    (draw) => list(900, (at) => ({ op: "replace", path: `/items/${at}/name`, value: draw.one(PEOPLE) })),
    "application/json-patch+json",
  ),
  json("a schema", (draw) => ({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    properties: Object.fromEntries(
      list(700, (at) => [
        `${draw.one(WORDS)}${at}`,
        { type: "string", pattern: "^[^<>]{1,80}$", $ref: `#/$defs/${draw.one(WORDS)}` },
      ]),
    ),
  })),
  text(
    "lines of JSON",
    "application/x-ndjson",
    900,
    (draw, at) =>
      `${JSON.stringify({ index: { _id: at } })}\n${JSON.stringify({ name: draw.one(PEOPLE), msg: draw.one(SENTENCES) })}\n`,
  ),
  text(
    "a form of 2,000 cells",
    FORM,
    1000,
    (draw, at) =>
      `${at === 0 ? "" : "&"}rows%5B${at}%5D%5Bname%5D=${encodeURIComponent(draw.one(PEOPLE))}&rows%5B${at}%5D%5Bqty%5D=${draw.below(99)}`,
  ),
  text(
    "a form with a long text",
    FORM,
    900,
    (draw, at) => `${at === 0 ? "title=Long&text=" : "+"}${encodeURIComponent(draw.one(SENTENCES))}`,
  ),
  text(
    "a form with a state of a page",
    FORM,
    1,
    (draw) =>
      `__EVENTTARGET=&__VIEWSTATE=${encodeURIComponent(draw.bytes(60_000).toString("base64"))}&name=O%27Neill`,
  ),
  text("prose", "text/plain", 1500, (draw) => `${draw.one(SENTENCES)} `),
  text("measurements as text", "text/plain", 2200, (draw, at) =>
    `shop_requests_total{path="/a/${draw.below(99)}",code="200"} ${draw.below(1e6)} ${1_700_000_000_000 + at}\n`.slice(
      0,
      58,
    ),
  ),
  text(
    "a table of CSV",
    "text/csv",
    1500,
    (draw, at) =>
      `${at},"${draw.one(PEOPLE).replaceAll('"', '""')}",${draw.one(PLACES)},${draw.below(1e6) / 100},${isoTime(at)}\n`,
  ),
  {
    name: "a feed",
    type: "application/rss+xml",
    body: () => {
      const draw = drawn("feed");
      const items = list(
        420,
        (at) =>
          `<item><title>${escapeXml(draw.one(SENTENCES))}</title><link>https://news.example/?id=${at}&amp;p=2</link><description><![CDATA[<p>${draw.one(SENTENCES)}</p>]]></description></item>`,
      );
      return `<?xml version="1.0"?><rss version="2.0"><channel>${items.join("")}</channel></rss>`;
    },
  },
  {
    name: "a drawing",
    type: "image/svg+xml",
    body: () => {
      const draw = drawn("drawing");
      const paths = list(
        500,
        (at) =>
          `<path id="p${at}" d="M${draw.below(99)} ${draw.below(99)}${list(20, () => `L${draw.below(999)},${draw.below(999)}`).join("")}Z" style="fill:#${draw.hex(6)}"/>`,
      );
      return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 999 999">${paths.join("")}</svg>`;
    },
  },
  {
    name: "orders as XML",
    type: "application/xml",
    body: () => {
      const draw = drawn("orders");
      const orders = list(
        500,
        (at) =>
          `<order id="${at}" at="${isoTime(at)}"><name>${escapeXml(draw.one(PEOPLE))}</name><city>${escapeXml(draw.one(PLACES))}</city><total currency="EUR">${draw.below(9999) / 100}</total></order>`,
      );
      return `<orders>${orders.join("")}</orders>`;
    },
  },
  multipart("fields of a multipart form", 700, (draw, at) => field(`answers[${at}]`, draw.one(SENTENCES))),
  multipart(
    "text files of a multipart form",
    20,
    (draw, at) =>
      `Content-Disposition: form-data; name="files"; filename="part ${at}.csv"\r\nContent-Type: text/csv\r\n\r\n${list(80, (row) => `${row},"${draw.one(PEOPLE).replaceAll('"', '""')}",${draw.one(PLACES)}\n`).join("")}`,
  ),
  multipart("a picture and its facts", 2, (draw, at) =>
    at === 0
      ? field("meta", JSON.stringify({ title: "It's Köln", tags: WORDS.slice(0, 9) }))
      : `Content-Disposition: form-data; name="photo"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n${draw.bytes(90_000).toString("base64")}`,
  ),
];
