import type { Budget } from "../../language/values/budget.ts";
import { asciiLower } from "../../language/values/bytes.ts";
import { trimWhiteSpace } from "../head/characters.ts";
import type { RequestLimits } from "../view/limits.ts";
import { detectUnicode } from "./charset.ts";
import { Content } from "./content.ts";
import { readDisposition } from "./disposition.ts";
import { declaredKind, isBinary, isBytesType, isData } from "./kind.ts";
import { legibleField } from "./legible.ts";
import {
  charsetLabels,
  hasUnusualCharset,
  isPlainCharset,
  isReadCharset,
  type Parameter,
  type ParameterizedValue,
  parseParameters,
} from "./media-type.ts";
import type { MultipartAnomaly } from "./multipart-anomalies.ts";
import { undoTransferEncoding } from "./transfer-encoding.ts";

export interface Part {
  /** Every name of the part's disposition, and what else readers make of it. */
  readonly names: readonly string[];
  /** Every file name, extended ones (`filename*`) decoded, and what else readers make of it. */
  readonly filenames: readonly string[];
  readonly contentTypes: readonly string[];
  readonly dispositions: readonly string[];
  readonly transferEncodings: readonly string[];
  /** Whether every usual reader takes the part for a file; the content of any other part is input. */
  readonly isFile: boolean;
  /** As sent: no transfer encoding is undone. */
  readonly content: string;
  /** The content with its transfer encoding undone; empty when there is none to undo. */
  readonly decodedContents: readonly string[];
  /**
   * Further texts that a reader takes from the part: a disposition that can be read in several ways, and what is legible in bytes
   * that some readers take for a field, for want of a type or a file name.
   */
  readonly furtherTexts: readonly string[];
  /**
   * The contents, as sent and decoded, where they have a reader of their own: by the part's media type, or by a character set
   * that hides text.
   */
  readonly contents: readonly Content[];
}

/** Fields that name the character set of the others; a browser sends one. */
const MAX_CHARSETS = 4;

/** What is legible in bytes counts for the limit of texts as so much of it: most is none, and there is much in large files. */
const LEGIBLE_SHARE = 3;

/** A part whose contents wait for the character set that another part may name. */
interface Draft {
  readonly part: Omit<Part, "contents">;
  readonly types: readonly ParameterizedValue[];
}

const NOTHING_UNDONE = Object.freeze({ contents: Object.freeze([]), isMalformed: false });
const NO_TYPE = parseParameters("");
const NO_CONTENTS: readonly Content[] = Object.freeze([]);

/** Where a part was found: its header lines, folded ones joined, and what follows them. */
export interface FoundPart {
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Whether every reader finds the same headers in it. */
  readonly wellFormed: boolean;
  readonly content: string;
}

/** Makes out what readers take from each part of one body. */
export class PartReader {
  readonly #limits: RequestLimits;
  readonly #budget: Budget;
  readonly #found: Set<MultipartAnomaly>;
  readonly #drafts: Draft[] = [];
  /** Labels of the set that parts are in which name none (RFC 7578 §4.6); Java's readers take that of the whole body. */
  readonly #charsets: string[];
  /** Whether the body is a form, whose parts are fields and files. */
  readonly #isForm: boolean;
  #fileBytes = 0;

  /** @param found where anomalies are added */
  constructor(
    contentType: ParameterizedValue,
    limits: RequestLimits,
    budget: Budget,
    found: Set<MultipartAnomaly>,
  ) {
    this.#limits = limits;
    this.#budget = budget;
    this.#found = found;
    this.#charsets = [...charsetLabels(contentType)];
    this.#isForm = FORM_TYPE.test(contentType.value);
  }

  /** How many parts were read. */
  get count(): number {
    return this.#drafts.length;
  }

  /** Bytes of the contents that are files. */
  get fileBytes(): number {
    return this.#fileBytes;
  }

  /** @returns the part's media type where it is a multipart body of its own that is to be read */
  read({ headers, wellFormed, content }: FoundPart): ParameterizedValue | undefined {
    const all = (wanted: string): string[] => {
      const values: string[] = [];
      for (const [name, value] of headers) if (name === wanted) values.push(value);
      if (values.length > 1) this.#found.add("multipart_duplicate_header");
      return values;
    };
    const dispositions = all("content-disposition");
    const contentTypes = all("content-type");
    const transferEncodings = all("content-transfer-encoding");
    if (headers.length > dispositions.length + contentTypes.length + transferEncodings.length) {
      this.#found.add("multipart_unusual_header");
    }
    const read = dispositions.map(readDisposition);
    for (const { anomalies } of read) for (const anomaly of anomalies) this.#found.add(anomaly);
    if (dispositions.length === 0) this.#found.add("multipart_missing_disposition");
    const names = read.flatMap((disposition) => disposition.names);
    const filenames = read.flatMap((disposition) => disposition.filenames);
    if (names.length === 0) this.#found.add("multipart_missing_name");
    const named = read.filter((disposition) => disposition.names.length > 0);
    if (named.length > 1) this.#found.add("multipart_duplicate_name");
    const types = contentTypes.map((type) => parseParameters(type));
    const isNamed = wellFormed && read.length === 1 && read.every(({ namesFile }) => namesFile);
    const type = types.length === 1 ? types[0] : undefined;
    const isTyped = type !== undefined && isMediaType(type);
    const undone = this.#undo(transferEncodings, content);
    const contents = [content, ...undone.contents];
    // Files to some readers and fields to others: those without a type, as Python's requests and .NET's streams send them, to
    // formidable, and those that are named by `filename*` alone to PHP. Parts of a form without any file name are fields to all
    // readers; related ones (RFC 2387) are bytes that are sent so.
    const mayBeFile = wellFormed && (!this.#isForm || (read.length === 1 && filenames.length > 0));
    const isDisputed = isNamed
      ? types.length === 0 && isBinary(content, "")
      : mayBeFile && isTyped && isBytesType(type.value) && isAnyBinary(contents, type);
    const isFile = isDisputed || (isNamed && isTyped);
    const legible = isDisputed ? contents.flatMap(legibleField) : [];
    if (isFile) {
      const shown = legible.reduce((bytes, text) => bytes + text.length, 0);
      this.#fileBytes += Math.max(0, content.length - Math.ceil(shown / LEGIBLE_SHARE));
    } else {
      this.#checkCharset(types, contentTypes, names, content);
      // A file's content is not input, however it is read.
      if (undone.isMalformed) this.#found.add("multipart_transfer_encoding");
    }
    this.#drafts.push({
      types,
      part: {
        names,
        filenames,
        contentTypes,
        dispositions,
        transferEncodings,
        isFile,
        content,
        decodedContents: undone.contents,
        furtherTexts: [
          ...dispositions.filter((_, at) => read[at]?.searchable),
          // Readers of mail take a file's name from there too (RFC 2046 §4.5.1).
          ...types.flatMap(({ parameters }) => parameters.filter(isFileName).map(({ value }) => value)),
          ...legible,
        ],
      },
    });
    return this.#innerType(types, isFile);
  }

  /** Readers of forms take a multipart body in a field apart or leave it as it is; those of other bodies take all apart. */
  #innerType(types: readonly ParameterizedValue[], isFile: boolean): ParameterizedValue | undefined {
    const inner = types.find(({ value }) => value.startsWith("multipart/"));
    if (inner === undefined) return undefined;
    if (!this.#isForm && types.length === 1 && !isFile) return inner;
    this.#found.add("multipart_nested");
    return undefined;
  }

  #checkCharset(
    types: readonly ParameterizedValue[],
    sent: readonly string[],
    names: readonly string[],
    content: string,
  ): void {
    // What is not a parameter may be one for a reader that searches the text.
    const hidden = types.some((type, at) => !isMediaType(type) && /charset/i.test(sent[at] ?? ""));
    const label = names.includes("_charset_") ? trimWhiteSpace(content) : undefined;
    if (label !== undefined && this.#charsets.length < MAX_CHARSETS) this.#charsets.push(label);
    const isUnusual = types.some((type) => hasUnusualCharset(type, isData(declaredKind(type))));
    if (hidden || isUnusual || (label !== undefined && !isReadCharset(label)))
      this.#found.add("multipart_charset");
  }

  #undo(
    encodings: readonly string[],
    content: string,
  ): { readonly contents: readonly string[]; readonly isMalformed: boolean } {
    if (encodings.length === 0) return NOTHING_UNDONE;
    const contents: string[] = [];
    let isMalformed = false;
    // Each of them once, however often its line was sent.
    for (const encoding of new Set(encodings.map(asciiLower))) {
      if (!this.#budget.spend(content.length)) break;
      const undone = undoTransferEncoding(encoding, content);
      if (undone === undefined) this.#found.add("multipart_transfer_encoding");
      else {
        this.#budget.spend(undone.bytes.length);
        isMalformed ||= !undone.wellFormed;
        if (undone.bytes !== content) contents.push(undone.bytes);
      }
    }
    return { contents, isMalformed };
  }

  /**
   * The parts with what has a reader of its own; all of them together are read up to the limit of a text.
   *
   * @param isCut whether more was sent than the body holds
   */
  parts(isCut: boolean): readonly Part[] {
    const isHidden = !this.#charsets.every(isPlainCharset);
    let left = this.#limits.maxInspectedBytes;
    const read = (bytes: string, type: ParameterizedValue): Content => {
      const most = left;
      left = Math.max(0, left - bytes.length);
      return new Content(bytes, type, {
        limits: this.#limits,
        most,
        isCut,
        charsets: isHidden ? this.#charsets : [],
      });
    };
    return this.#drafts.map(({ part, types }) => {
      if (part.isFile) return { ...part, contents: NO_CONTENTS };
      const declared = types.length === 0 ? [NO_TYPE] : types;
      const contents = [part.content, ...part.decodedContents].flatMap((bytes) =>
        declared.flatMap((type) => {
          const inner = type.value === "application/http" ? bodyOfMessage(bytes) : undefined;
          if (inner !== undefined) return [read(inner.bytes, inner.type)];
          return isHidden || hasReader(type, bytes) ? [read(bytes, type)] : [];
        }),
      );
      return { ...part, contents: contents.length === 0 ? NO_CONTENTS : contents };
    });
  }
}

/** Whether more is to be made of a part's content than the text that it is. */
function hasReader(type: ParameterizedValue, bytes: string): boolean {
  const kind = declaredKind(type);
  if (kind !== undefined) return kind !== "multipart";
  return !charsetLabels(type).every(isPlainCharset) || detectUnicode(bytes) !== undefined;
}

function isFileName({ name }: Parameter): boolean {
  return name === "name" || name.startsWith("name*");
}

/** A media type that is well-formed, parameters included. */
function isMediaType({ value, malformed }: ParameterizedValue): boolean {
  const slash = value.indexOf("/");
  return !malformed && slash > 0 && slash < value.length - 1 && slash === value.lastIndexOf("/");
}

/** The body of a message in a batch of requests (RFC 9112 §10.2), with its own media type. */
function bodyOfMessage(
  message: string,
): { readonly bytes: string; readonly type: ParameterizedValue } | undefined {
  const end = /\r?\n\r?\n/.exec(message);
  if (end === null) return undefined;
  const bytes = message.slice(end.index + end[0].length);
  const type = parseParameters(MESSAGE_TYPE.exec(message.slice(0, end.index))?.[1] ?? "");
  return bytes === "" || declaredKind(type) === "multipart" ? undefined : { bytes, type };
}

const MESSAGE_TYPE = /\ncontent-type[ \t]*:[ \t]*([^\r\n]*)/i;

/** Readers of forms compare the type loosely. */
const FORM_TYPE =
  /^multipart\/(?!(?:mixed|related|alternative|digest|parallel|batch|report|signed|x-mixed-replace)(?:[\s,]|$))/;

/** Whether bytes, as sent or decoded, are not text in any form of Unicode. */
function isAnyBinary(contents: readonly string[], { value }: ParameterizedValue): boolean {
  return (
    contents.some((bytes) => isBinary(bytes, value)) &&
    contents.every((bytes) => detectUnicode(bytes) === undefined)
  );
}
