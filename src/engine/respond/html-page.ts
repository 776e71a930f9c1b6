import { sha256 } from "@noble/hashes/sha2.js";
import { base64Encode, fromUint8Array, toUint8Array } from "../../language/values/bytes.ts";
import { escapeMarkup } from "./escape.ts";

/** The look of every page that the firewall writes itself: one column, no images, no request to anywhere. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--page:#f4f5f7;--card:#fff;--text:#1b1f24;--quiet:#57606a;--line:#d8dee4;--accent:#0b5cad;--on-accent:#fff}
@media (prefers-color-scheme:dark){:root{--page:#0f1216;--card:#191e24;--text:#e8ecf0;--quiet:#9ea8b3;--line:#343c46;--accent:#7ab8ff;--on-accent:#0b1a2b}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--page);color:var(--text);font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{width:100%;max-width:34rem;padding:2.25rem;background:var(--card);border:1px solid var(--line);border-radius:14px;overflow-wrap:anywhere}
.kicker{margin:0 0 .5rem;color:var(--quiet);font-size:.875rem}
h1{margin:0 0 .75rem;font-size:1.6rem;line-height:1.25;letter-spacing:-.01em;text-wrap:balance}
p{margin:0 0 1rem}
dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem;margin:1.75rem 0 0;padding-top:1.25rem;border-top:1px solid var(--line);font-size:.875rem}
dt{color:var(--quiet)}
dd{margin:0}
code{font:.875rem/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;user-select:all}
a{color:var(--accent)}
a:focus-visible,button:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
button{font:inherit;font-weight:600;padding:.65rem 1.25rem;border:0;border-radius:8px;background:var(--accent);color:var(--on-accent);cursor:pointer}
button[disabled]{opacity:.6;cursor:default}
progress{width:100%;height:.5rem;accent-color:var(--accent)}
[hidden]{display:none}
@media (max-width:30rem){body{padding:1rem}main{padding:1.5rem}}
`;

export interface PageParts {
  readonly title: string;
  /** Small text above the title: the status. */
  readonly kicker?: string;
  /** Markup that is safe already. */
  readonly body: string;
  /** Undefined: the page has none. */
  readonly reference?: string | undefined;
  /** Rows below the line besides the reference: label and text. */
  readonly rows?: readonly (readonly [label: string, text: string])[];
  /** BCP 47 tag; default `en`. */
  readonly language?: string;
  /** Script of the page, run when it is read; needs a nonce. */
  readonly script?: string;
  readonly nonce?: string;
}

/** A whole HTML document, as text. */
export function htmlPage(parts: PageParts): string {
  const nonce = parts.nonce === undefined ? "" : ` nonce="${escapeMarkup(parts.nonce)}"`;
  const row = (label: string, markup: string): string => `<dt>${escapeMarkup(label)}</dt><dd>${markup}</dd>`;
  const rows = [
    ...(parts.reference === undefined
      ? []
      : [row("Reference", `<code>${escapeMarkup(parts.reference)}</code>`)]),
    ...(parts.rows ?? []).map(([label, text]) => row(label, escapeMarkup(text))),
  ];
  return `<!doctype html>
<html lang="${escapeMarkup(parts.language ?? "en")}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeMarkup(parts.title)}</title>
<style${nonce}>${PAGE_STYLE}</style>
</head>
<body>
<main>
${parts.kicker === undefined ? "" : `<p class="kicker">${escapeMarkup(parts.kicker)}</p>\n`}<h1>${escapeMarkup(parts.title)}</h1>
${parts.body}
${rows.length === 0 ? "" : `<dl>${rows.join("")}</dl>\n`}</main>
${parts.script === undefined ? "" : `<script${nonce}>${parts.script}</script>\n`}</body>
</html>
`;
}

let styleHash: string | undefined;

/** A policy under which a page without a script shows and does nothing else. */
export function pagePolicy(): string {
  styleHash ??= base64Encode(fromUint8Array(sha256(toUint8Array(PAGE_STYLE))), { url: false, pad: true });
  return `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}
