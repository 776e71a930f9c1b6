// Cuts a labelled request into the texts that the scorer learns from, by the library's own readers: those that it is asked about.
// No names of arguments, cookies and fields are among them, so no weight can rest on one.
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";

/** Texts of one request, at most. */
const MOST = 600;
const UNDO = { gzip: gunzipSync, "x-gzip": gunzipSync, deflate: inflateSync, br: brotliDecompressSync };

export class Leaves {
  #library;

  /** @param library the library's modules that are named here, as tools/train-scorer.mjs bundles them */
  constructor(library) {
    this.#library = library;
  }

  /** @returns {string[]} the values of a request, each with its views behind it; bytes as characters 0 to 255 */
  of(request) {
    const { WafRequest, Budget, forEachLeaf, isScored } = this.#library;
    const found = new Set();
    forEachLeaf(new WafRequest(viewOf(request)), new Budget(1e9), (text, input, key, isName) => {
      // The scorer is not asked about data and documents.
      if (isName || input.isData || input.document !== undefined) return;
      if (found.size >= MOST || !isScored(input, key, text)) return;
      for (const view of this.views(text)) found.add(view);
    });
    return [...found];
  }

  /** @returns {string[]} a text and its views */
  views(text) {
    return [text, ...this.#library.viewsOf(text).map((view) => view.text)];
  }
}

function viewOf({ method = "GET", uri = "/", version = "HTTP/1.1", headers = [], body_b64: encoded }) {
  let body = encoded === undefined ? undefined : Buffer.from(encoded, "base64");
  const undo = UNDO[headers.find(([name]) => name.toLowerCase() === "content-encoding")?.[1]?.toLowerCase()];
  let coding;
  if (body && undo) {
    try {
      body = undo(body);
      coding = "undone";
    } catch {
      coding = "faulty";
    }
  }
  return {
    method,
    target: uri,
    version,
    secure: false,
    rawHeaders: headers.flat(),
    remoteAddress: "192.0.2.1",
    receivedAt: 0,
    body: { bytes: body?.toString("latin1") ?? "", truncated: false, ...(coding && { coding }) },
  };
}
