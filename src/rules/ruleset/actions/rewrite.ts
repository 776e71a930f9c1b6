import {
  headerName,
  headerValue,
  mapOf,
  object,
  oneOf,
  optional,
  required,
  text,
  type ValueOf,
} from "../../../documents/shapes/shape.ts";
import { Bytes } from "../../../language/values/types.ts";
import { type Computed, computed, computedText, isSingleLine, readComputed } from "./computed.ts";
import type { ChangeControl, ChangedPart, ParameterFault, ReportControl } from "./control.ts";
import { type DeclaredAction, defineAction } from "./define-action.ts";

const MAX_URL_BYTES = 16_384;
const MAX_HEADER_BYTES = 8192;

/** Headers that a rule must not change. */
export interface DeniedHeaders {
  /** Lower case; not to be set, added or removed. */
  readonly all: readonly string[];
  /** Lower case; may be removed, not set or added. */
  readonly setting: readonly string[];
  /** Lower-case beginnings of names. */
  readonly prefixes: readonly string[];
  /** Exceptions from `prefixes` for `remove`. */
  readonly removable: readonly string[];
}

/** Headers that belong to a connection and not to a message (RFC 9110 §7.6.1, RFC 9113 §8.2.2), lower case. */
export const CONNECTION_HEADERS: readonly string[] = [
  "connection",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Headers of the connection and of framing, and headers that the host sets. */
export const DENIED_HEADERS: DeniedHeaders = Object.freeze({
  all: [...CONNECTION_HEADERS, "content-length", "host"],
  setting: ["cookie", "true-client-ip", "x-forwarded-for", "x-forwarded-proto", "x-real-ip"],
  prefixes: ["cf-", "x-cf-"],
  removable: ["cf-connecting-ip"],
});

const source = {
  /** A fixed text, percent-encoded. */
  value: optional(text),
  /** A computed text. Without a value nothing changes. */
  expression: optional({ kind: "expression", type: Bytes } as const),
};

const headers = mapOf(
  object({
    /** `set` replaces all lines of the header, `add` appends one, `remove` deletes them. */
    operation: required(oneOf("set", "add", "remove")),
    /** A fixed value; not with `remove`. */
    value: optional(headerValue),
    /** A computed value; not with `remove`. Without a value `set` removes the header. */
    expression: optional({ kind: "expression", type: "text" }),
  }),
  { keys: headerName, minItems: 1, blockKey: "name" },
);
const parameters = object(
  {
    /** New path and query; on the request only. */
    uri: optional(
      object(
        {
          /** The new path. */
          path: optional(object(source, { exactlyOne: [["value", "expression"]] })),
          /** The new query, without `?`. */
          query: optional(object(source, { exactlyOne: [["value", "expression"]] })),
          /** Kept, without effect. */
          origin: optional({ kind: "boolean" }),
        },
        { atLeastOne: [["path", "query"]] },
      ),
    ),
    /** Changes to headers, by name: of the request or, in a response phase, of the response. */
    headers: optional(headers),
  },
  { atLeastOne: [["uri", "headers"]] },
);

type HeaderParameters = ValueOf<typeof headers>[string];

type RewriteControl = ChangeControl & ReportControl;

interface HeaderRewrite {
  readonly name: string;
  readonly operation: "set" | "add" | "remove";
  readonly source: Computed | undefined;
}

interface Rewrite {
  readonly path: Computed | undefined;
  readonly query: Computed | undefined;
  readonly headers: readonly HeaderRewrite[];
}

/** The `rewrite` action with another list of headers that rules must not touch. */
export function rewriteAction(
  denied: DeniedHeaders = DENIED_HEADERS,
): DeclaredAction<"rewrite", typeof parameters, "change"> {
  return defineAction({
    name: "rewrite",
    summary: "Changes the path, the query or headers.",
    terminating: false,
    contributes: ["change"],
    parameters,
    check({ uri, headers: changed = {} }, phase) {
      const faults: ParameterFault[] = [];
      if (phase.side === "response" && uri !== undefined) {
        const message = `the URI cannot be changed in \`${phase.name}\`: the request is over`;
        faults.push({ code: "E_ACTION_PARAMETER", path: ["uri"], message });
      }
      if (uri?.origin !== undefined) {
        const message = "`origin` is kept, but has no effect: the host sees the rewritten URI";
        faults.push({ code: "W_PARAMETER_CARRIED", path: ["uri", "origin"], message });
      }
      checkUri(uri?.path?.value, uri?.query?.value, faults);
      const names = new Set<string>();
      for (const [name, header] of Object.entries(changed)) {
        if (names.has(name.toLowerCase())) {
          const message = `the header \`${name}\` occurs twice: names are compared without case`;
          faults.push({ code: "E_ACTION_PARAMETER", path: ["headers", name], message });
        }
        names.add(name.toLowerCase());
        faults.push(...checkHeader(name, header, denied));
      }
      return faults;
    },
    headers: ({ headers: changed = {} }) => Object.keys(changed),
    changes({ uri, headers: changed }, { side }) {
      const parts: ChangedPart[] = [];
      if (uri?.path !== undefined) parts.push("path");
      if (uri?.query !== undefined) parts.push("query");
      if (changed !== undefined) parts.push(side === "request" ? "requestHeaders" : "responseHeaders");
      return parts;
    },
    prepare({ uri, headers: changed = {} }, services): Rewrite {
      return {
        path: computed(uri?.path, services),
        query: computed(uri?.query, services),
        headers: Object.entries(changed).map(([name, header]) => ({
          name,
          operation: header.operation,
          source: computedText(header, services),
        })),
      };
    },
    apply(control, prepared, context) {
      if (prepared.path !== undefined) rewritePath(control, readComputed(prepared.path, context));
      if (prepared.query !== undefined) rewriteQuery(control, readComputed(prepared.query, context));
      for (const header of prepared.headers) {
        const value = header.source === undefined ? "" : readComputed(header.source, context);
        rewriteHeader(control, header, value);
      }
    },
  });
}

function checkUri(path: string | undefined, query: string | undefined, faults: ParameterFault[]): void {
  if (path !== undefined && (!path.startsWith("/") || /[?#\s]/.test(path))) {
    const message = "a path begins with `/` and has no `?`, `#` or blank";
    faults.push({
      code: "E_DOC_VALUE",
      path: ["uri", "path", "value"],
      message,
      hint: "escape it as in `%20`",
    });
  }
  if (query !== undefined && /[#\s]/.test(query)) {
    const message = "a query has no `#` or blank";
    faults.push({
      code: "E_DOC_VALUE",
      path: ["uri", "query", "value"],
      message,
      hint: "escape it as in `%20`",
    });
  }
}

function checkHeader(
  name: string,
  header: HeaderParameters,
  denied: DeniedHeaders,
): readonly ParameterFault[] {
  const faults: ParameterFault[] = [];
  const path = ["headers", name];
  const given = (["value", "expression"] as const).filter((member) => header[member] !== undefined);
  const removing = header.operation === "remove";
  const [first] = given;
  if (removing && first !== undefined) {
    const message = `\`remove\` takes no \`${first}\``;
    faults.push({ code: "E_ACTION_PARAMETER", path: [...path, first], message });
  }
  if (!removing && given.length !== 1) {
    const message = `\`${header.operation}\` needs \`value\` or \`expression\`, and not both`;
    faults.push({ code: "E_ACTION_PARAMETER", path, message });
  }
  const lower = name.toLowerCase();
  const byPrefix = denied.prefixes.some((prefix) => lower.startsWith(prefix));
  const isDenied =
    denied.all.includes(lower) ||
    (byPrefix && !(removing && denied.removable.includes(lower))) ||
    (!removing && denied.setting.includes(lower));
  if (isDenied) {
    const message = `the header \`${name}\` cannot be ${removing ? "removed" : "set"} by a rule`;
    faults.push({ code: "E_ACTION_PARAMETER", path, message });
  }
  return faults;
}

function rewritePath(control: RewriteControl, path: string | undefined): void {
  if (path === undefined || path === "") control.note("the path expression has no value: path unchanged");
  else if (path.length > MAX_URL_BYTES) control.note("the new path is too long: path unchanged");
  else control.rewritePath(escaped(path.startsWith("/") ? path : `/${path}`, /[^!"$->@-[\]-~]/g));
}

function rewriteQuery(control: RewriteControl, query: string | undefined): void {
  if (query === undefined) control.note("the query expression has no value: query unchanged");
  else if (query.length > MAX_URL_BYTES) control.note("the new query is too long: query unchanged");
  else control.rewriteQuery(escaped(query, /[^!"$-[\]-~]/g));
}

/**
 * Percent-encodes what would end or split a target, and bytes that no target has, here rather than on sending: later
 * rules see what the upstream sees.
 */
function escaped(part: string, unfit: RegExp): string {
  return part.replace(unfit, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}

function rewriteHeader(control: RewriteControl, header: HeaderRewrite, value: string | undefined): void {
  const { name, operation } = header;
  if (operation === "remove") control.header({ operation, name });
  else if (value === undefined || value === "") {
    // Documented for `set`: no value removes the header. An `add` of nothing adds nothing.
    if (operation === "set") control.header({ operation: "remove", name });
  } else if (value.length > MAX_HEADER_BYTES || !isSingleLine(value)) {
    const outcome = operation === "set" ? "header removed" : "nothing added";
    control.note(`the new value of header \`${name}\` is too long or has line breaks: ${outcome}`);
    // A client's value must not replace one that the rule could not compute.
    if (operation === "set") control.header({ operation: "remove", name });
  } else control.header({ operation, name, value });
}

export const rewrite = rewriteAction();
