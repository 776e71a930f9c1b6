import type { Budget } from "../../language/values/budget.ts";
import { percentDecode } from "../../language/values/bytes.ts";
import { NO_PAIRS, type Pairs, splitPairs } from "../head/pairs.ts";
import type { RequestLimits } from "../view/limits.ts";
import { isBinaryFile } from "./binary-file.ts";
import { charsetOf } from "./charset.ts";
import { withoutFrames } from "./framed-json.ts";
import { isNoJson, type JsonBody, type JsonError, parseJson } from "./json.ts";
import {
  type BodyKind,
  beginsAsForm,
  beginsAsNamedForm,
  declaredKind,
  guessedKind,
  hasBinarySample,
  hasFormBehindBytes,
  hasMarkup,
  isBinary,
  isBinaryFormat,
  isLegible,
  isNoType,
  type ReadKind,
  textStart,
} from "./kind.ts";
import { legibleField, SHOWN_WHOLE } from "./legible.ts";
import { charsetLabels, type ParameterizedValue } from "./media-type.ts";
import { mergedForm, mergedJson, mergedXml, NO_JSON, NO_XML } from "./merged-readings.ts";
import { asTheyAre, type Readings, readingsOf } from "./readings.ts";
import { parseXml, type XmlBody } from "./xml.ts";
import type { XmlError } from "./xml-entities.ts";
import { isAllRead, isNoXml, isWellFormed } from "./xml-faults.ts";
import { xmlMarkup } from "./xml-markup.ts";

/** Why a content was not read to its end. */
export type ContentError =
  /** A character set that cannot be decoded here. */
  "unknown_charset" | "form_too_many_fields" | "budget_exhausted" | JsonError | XmlError;

export interface ContentOptions {
  readonly limits: RequestLimits;
  /** Bytes of a text that are read. */
  readonly most: number;
  /** Whether the bytes end before what was sent does, so that an end inside a text says nothing. */
  readonly isCut: boolean;
  /** Labels of character sets that are declared around it, besides those of its type. */
  readonly charsets?: readonly string[];
  /** Whether its character set was undone, so that its type no longer says what the bytes are. */
  readonly isUtf8?: boolean;
}

/**
 * Bytes with a media type, a body or a part of one, and what readers of the type make of them. Where readers may see several
 * texts in the bytes, each is read, and what the others say besides follows what the likeliest says. Each reader runs when first
 * asked, and once.
 */
export class Content {
  readonly declared: ReadKind | undefined;
  readonly #bytes: string;
  /** At most so many as are read. */
  readonly #cut: string;
  readonly #isLong: boolean;
  readonly #isCut: boolean;
  readonly #type: string;
  readonly #labels: readonly string[];
  readonly #limits: RequestLimits;
  readonly #isUtf8: boolean;
  #isBytes: boolean | undefined;
  #legibleTexts: readonly string[] | undefined;
  #readings: Readings | undefined;
  #kind: BodyKind | undefined;
  #forms: readonly Pairs[] | undefined;
  #jsons: readonly JsonBody[] | undefined;
  #xmls: readonly XmlBody[] | undefined;
  #form: Pairs | undefined;
  #json: JsonBody | undefined;
  #xml: XmlBody | undefined;

  constructor(bytes: string, type: ParameterizedValue, options: ContentOptions) {
    const { limits, most, isCut, charsets, isUtf8 = false } = options;
    this.#bytes = bytes;
    this.#isLong = bytes.length > most;
    this.#isCut = isCut || this.#isLong;
    this.#cut = withoutFrames(this.#isLong ? bytes.slice(0, most) : bytes, type.value, this.#isCut);
    this.#type = type.value;
    this.#labels = [...charsetLabels(type), ...(charsets ?? [])];
    this.#limits = limits;
    this.#isUtf8 = isUtf8;
    this.declared = declaredKind(type);
  }

  /** How it is read: as it declares, else as its text looks. */
  kind(budget: Budget): BodyKind {
    this.#kind ??= this.#findKind(budget);
    return this.#kind;
  }

  /** Whether its kind was read. */
  get isAsked(): boolean {
    return this.#kind !== undefined;
  }

  form(budget: Budget): Pairs {
    if (this.kind(budget) !== "form") return NO_PAIRS;
    this.#form ??= mergedForm(this.#readForms(budget));
    return this.#form;
  }

  json(budget: Budget): JsonBody {
    return this.kind(budget) === "json" ? this.#readJson(budget) : NO_JSON;
  }

  xml(budget: Budget): XmlBody {
    return this.kind(budget) === "xml" ? this.#readXml(budget) : NO_XML;
  }

  /** The texts that readers may see, the likeliest first. */
  get texts(): readonly string[] {
    return this.#allReadings.texts;
  }

  /** Those that the bytes do not show. */
  get furtherTexts(): readonly string[] {
    return this.texts.filter((text) => text !== this.#cut);
  }

  /** Whether readers of the declared sets may see more in a form than its bytes: {@link undone} has something to undo. */
  get isInCharset(): boolean {
    return this.#allReadings.charsets.length > 0;
  }

  /**
   * What readers of the declared sets see in a name or value of a form, whose percent-encoding is undone before its character
   * set; nothing where that is the bytes.
   */
  undone(text: string): readonly string[] {
    const { charsets } = this.#allReadings;
    if (charsets.length === 0) return NO_TEXTS;
    const bytes = percentDecode(text, true);
    return charsets.flatMap((charset) => charset.readings(bytes)).filter((read) => read !== bytes);
  }

  /**
   * Whether readers may undo numeric references in a form: they do where its character set is older than Unicode, since
   * browsers write what the set lacks so (HTML Standard, encoding-parse).
   */
  get mayHoldReferences(): boolean {
    return this.#labels.some((label) => charsetOf(label)?.name !== "utf-8");
  }

  /**
   * Texts or forms that begin as JSON or XML does, without the byte order marks in front of them, and those without a type that
   * have markup anywhere: an application that takes nothing else reads them so, whatever their type. Files have a `<` among
   * other bytes too, often very many: of those only what is legible.
   */
  wholeTexts(budget: Budget): readonly string[] {
    const kind = this.kind(budget);
    if (kind !== "form" && kind !== "text") return NO_TEXTS;
    return this.texts
      .map((text) => text.slice(textStart(text)))
      .flatMap((text) => {
        if (/^[{["/<]/.test(text.slice(0, 1))) return [text];
        if (this.declared !== undefined || !hasMarkup(text)) return NO_TEXTS;
        return isLegible(text) ? [text] : legibleField(text).filter(hasMarkup);
      });
  }

  /** What readers of forms make of a text that is not declared as any kind, and does not begin as a form. */
  undeclaredFields(budget: Budget): readonly Pairs[] {
    const kind = this.kind(budget);
    if (this.declared !== undefined || kind === "form") return [];
    const texts = kind === "opaque" ? this.#legible : this.texts;
    return texts
      .filter((text) => /[=+]/.test(text) && isLegible(text))
      .map((text) => splitPairs(text, text.length, budget));
  }

  /**
   * The texts that no reader takes, or none to their end. Markup is text of its own too: where it is declared, long texts inside
   * of it are left out if it can be read in one way only. Of bytes that nothing declares, what is legible in them.
   */
  unread(budget: Budget): readonly string[] {
    const { texts } = this.#allReadings;
    if (this.kind(budget) === "opaque") return this.#legible;
    if (
      this.declared === "xml" &&
      texts.length === 1 &&
      this.error(budget) === "" &&
      isAllRead(this.xml(budget))
    )
      return texts.map(xmlMarkup);
    if (this.declared === undefined || this.declared === "xml" || this.error(budget) !== "") return texts;
    if (this.declared !== "json") return NO_TEXTS;
    return texts.filter((_, at) => this.#jsons?.[at]?.error !== "");
  }

  /** Why it was not read to its end; "" when it was, or is opaque, or was cut. */
  error(budget: Budget): ContentError | "" {
    if (this.#allReadings.isUnknown && this.kind(budget) !== "opaque") return "unknown_charset";
    switch (this.kind(budget)) {
      case "form":
        if (!this.form(budget).truncated) return "";
        return budget.exhausted ? "budget_exhausted" : "form_too_many_fields";
      case "json":
        return this.#isCut ? "" : this.json(budget).error;
      case "xml":
        return this.#isCut ? "" : this.xml(budget).error;
      default:
        return "";
    }
  }

  anomalies(budget: Budget): readonly string[] {
    return [...this.#jsonAnomalies(budget), ...this.xml(budget).anomalies];
  }

  /** Text in quotes is prose as likely as JSON where nothing declares it: its backslashes are not escapes. */
  #jsonAnomalies(budget: Budget): readonly string[] {
    const { anomalies, depth } = this.json(budget);
    return this.declared === "json" || depth > 0 ? anomalies : NO_TEXTS;
  }

  get looksBinary(): boolean {
    this.#isBytes ??=
      isBinary(this.#bytes, this.#type) ||
      // A text that is too long to be read whole is refused: one with bytes in any sample is none.
      (this.#isLong && isNoType(this.#type) && hasBinarySample(this.#bytes));
    return this.#isBytes;
  }

  get #text(): string {
    return this.texts[0] ?? "";
  }

  /**
   * What is legible in bytes without a media type, which an application may take for text or a form; nothing of whole files
   * whose format is known.
   */
  get #legible(): readonly string[] {
    this.#legibleTexts ??=
      isNoType(this.#type) && !(this.#bytes.length > SHOWN_WHOLE && isBinaryFile(this.#bytes))
        ? legibleField(this.#cut)
        : NO_TEXTS;
    return this.#legibleTexts;
  }

  get #allReadings(): Readings {
    this.#readings ??=
      this.#isUtf8 || this.declared === "multipart" || this.#cut === ""
        ? asTheyAre(this.#cut)
        : readingsOf(this.#cut, this.#labels, this.declared);
    return this.#readings;
  }

  #findKind(budget: Budget): BodyKind {
    if (this.#bytes === "") return "";
    if (this.declared !== undefined) return this.declared;
    if (!this.#allReadings.isDecoded && this.looksBinary) return this.#tryInBytes(budget) ?? "opaque";
    const guess = this.#tryGuess(budget);
    if (guess !== undefined) return guess;
    if (!this.#allReadings.isGuessed || !this.looksBinary) return "text";
    // The first bytes were those of a number.
    this.#readings = asTheyAre(this.#cut);
    return "opaque";
  }

  #tryGuess(budget: Budget): ReadKind | undefined {
    const guess = guessedKind(this.#text);
    // A form's first name may have brackets in front.
    if (guess === "json" && isNoJson(this.#readJson(budget)))
      return beginsAsForm(this.#text) ? "form" : undefined;
    if (guess === "xml" && isNoXml(this.#readXml(budget))) return undefined;
    return guess;
  }

  /**
   * What bytes are that readers of texts take, though no text has so many control characters or so much broken UTF-8: a whole
   * text of its kind, or a form, of which anything can be the value.
   */
  #tryInBytes(budget: Budget): ReadKind | undefined {
    const text = this.#text;
    if (guessedKind(text) === "json" && this.#isWholeJson(budget)) return "json";
    if (text[textStart(text)] === "<")
      return isWellFormed(this.#readXml(budget), this.#isCut) ? "xml" : undefined;
    return beginsAsNamedForm(text) || (!isBinaryFormat(this.#type) && hasFormBehindBytes(text))
      ? "form"
      : undefined;
  }

  /** Whether it is JSON to its end, or to where it was cut, inside an object or array. */
  #isWholeJson(budget: Budget): boolean {
    const json = this.#readJson(budget);
    return !isNoJson(json) || (this.#isCut && json.error === "json_unexpected_end" && json.depth > 0);
  }

  #readForms(budget: Budget): readonly Pairs[] {
    this.#forms ??= this.texts.map((text) => splitPairs(text, this.#limits.maxFormFields, budget));
    return this.#forms;
  }

  #readJson(budget: Budget): JsonBody {
    this.#jsons ??= this.texts.map((text) => parseJson(text, this.#limits, budget));
    this.#json ??= mergedJson(this.#jsons);
    return this.#json;
  }

  #readXml(budget: Budget): XmlBody {
    this.#xmls ??= this.texts.map((text) => parseXml(text, this.#limits, budget));
    this.#xml ??= mergedXml(this.#xmls);
    return this.#xml;
  }
}

const NO_TEXTS: readonly string[] = Object.freeze([]);
