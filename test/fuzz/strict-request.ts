// Reads what an upstream received as the strictest server would: whatever two servers could read differently is a fault.

/** The header that a rule sets on each request that the proxy sends; no client knows its value. */
export const JUDGED = "x-judged";

const REQUEST_LINE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ [!-~]+ HTTP\/1\.1$/;
const HEADER_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*([\t -~\x80-\xff]*)$/;
const SIZE_LINE = /^[0-9A-Fa-f]{1,8}$/;

/** A request as it stood on the connection. */
export interface StrictRequest {
  readonly method: string;
  readonly target: string;
  readonly isUpgrade: boolean;
}

type State =
  | { readonly at: "head" }
  | { readonly at: "body"; left: number }
  | { readonly at: "size" | "chunk end" | "trailers" }
  | { readonly at: "chunk"; left: number }
  | { readonly at: "end" };

/** Takes the bytes of one connection as they come. */
export class StrictReader {
  readonly #secret: string;
  readonly #onRequest: (request: StrictRequest) => void;
  readonly #onFault: (fault: string) => void;
  #bytes = "";
  #state: State = { at: "head" };

  /**
   * @param onRequest told once a head is complete.
   * @param onFault told of the first fault; nothing is read behind it.
   */
  constructor(secret: string, onRequest: (request: StrictRequest) => void, onFault: (fault: string) => void) {
    this.#secret = secret;
    this.#onRequest = onRequest;
    this.#onFault = onFault;
  }

  /** Reads no further: the connection has left HTTP. */
  stop(): void {
    this.#state = { at: "end" };
  }

  take(bytes: string): void {
    this.#bytes += bytes;
    while (this.#step()) {
      // Each step takes what it reads from the bytes.
    }
  }

  /** False when more bytes are wanted, or none. */
  #step(): boolean {
    const state = this.#state;
    switch (state.at) {
      case "end":
        this.#bytes = "";
        return false;
      case "head":
        return this.#head();
      case "body":
      case "chunk": {
        const taken = Math.min(state.left, this.#bytes.length);
        this.#bytes = this.#bytes.slice(taken);
        state.left -= taken;
        if (state.left > 0) return false;
        this.#state = { at: state.at === "body" ? "head" : "chunk end" };
        return true;
      }
      case "size": {
        const line = this.#line();
        if (line === undefined) return false;
        if (!SIZE_LINE.test(line)) return this.#fault(`the size of a chunk is ${JSON.stringify(line)}`);
        const left = Number.parseInt(line, 16);
        this.#state = left === 0 ? { at: "trailers" } : { at: "chunk", left };
        return true;
      }
      case "chunk end": {
        const line = this.#line();
        if (line === undefined) return false;
        if (line !== "") return this.#fault("a chunk is longer than its size");
        this.#state = { at: "size" };
        return true;
      }
      case "trailers": {
        const line = this.#line();
        if (line === undefined) return false;
        if (line === "") this.#state = { at: "head" };
        else if (!HEADER_LINE.test(line)) return this.#fault(`a trailer is ${JSON.stringify(line)}`);
        return true;
      }
    }
  }

  #head(): boolean {
    const end = this.#bytes.indexOf("\r\n\r\n");
    if (end === -1) return false;
    const [first = "", ...lines] = this.#bytes.slice(0, end).split("\r\n");
    this.#bytes = this.#bytes.slice(end + 4);
    if (!REQUEST_LINE.test(first)) return this.#fault(`a request line is ${JSON.stringify(first)}`);
    const values = new Map<string, string[]>();
    for (const line of lines) {
      const [, name = "", value = ""] = HEADER_LINE.exec(line) ?? [];
      if (name === "") return this.#fault(`a header line is ${JSON.stringify(line)}`);
      const lower = name.toLowerCase();
      values.set(lower, [...(values.get(lower) ?? []), value]);
    }
    return this.#framed(first, (name) => values.get(name) ?? []);
  }

  #framed(first: string, valuesOf: (name: string) => readonly string[]): boolean {
    const [method = "", target = ""] = first.split(" ");
    const judged = valuesOf(JUDGED);
    if (judged.length !== 1 || judged[0] !== this.#secret)
      return this.#fault(`no rule has judged ${JSON.stringify(first)}`);
    if (valuesOf("host").length !== 1) return this.#fault(`${valuesOf("host").length} Host lines`);
    const lengths = valuesOf("content-length");
    const codings = valuesOf("transfer-encoding");
    if (lengths.length + codings.length > 1)
      return this.#fault(`framed twice: ${JSON.stringify([lengths, codings])}`);
    const [length = "0"] = lengths;
    if (!/^\d{1,15}$/.test(length)) return this.#fault(`a length is ${JSON.stringify(length)}`);
    const [coding = "chunked"] = codings;
    if (coding.toLowerCase() !== "chunked")
      return this.#fault(`a transfer coding is ${JSON.stringify(coding)}`);
    this.#state = codings.length > 0 ? { at: "size" } : { at: "body", left: Number(length) };
    this.#onRequest({ method, target, isUpgrade: valuesOf("upgrade").length > 0 });
    return true;
  }

  /** A line without its end; undefined while that is missing. */
  #line(): string | undefined {
    const end = this.#bytes.indexOf("\r\n");
    if (end === -1) return undefined;
    const line = this.#bytes.slice(0, end);
    this.#bytes = this.#bytes.slice(end + 2);
    return line;
  }

  #fault(fault: string): false {
    this.stop();
    this.#onFault(fault);
    return false;
  }
}
