import type { DiagnosticCode } from "../../language/diagnostics/codes.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { Source } from "../../language/diagnostics/source.ts";
import { type Located, MAX_DOCUMENT_DEPTH, type Path, type TextFault } from "./located.ts";
import { isMembers, type Members } from "./members.ts";
import { copyOrigin } from "./origins.ts";

/** Most characters that data may have as text, about: the bound of a document's text. */
const MAX_WEIGHT = 67_108_864;
/** Faults of the data itself that are collected. */
const MAX_FAULTS = 200;
const NO_SPAN = Object.freeze({ start: 0, end: 0 });

/**
 * Plain data of a program as a document. The data is copied, so that later changes to it change nothing. It may be
 * anything: what no document can hold (a function, a date, an object that holds itself, a getter that throws) is a
 * fault at its place, and no exception.
 */
export function readObject(value: unknown, name: string): Located {
  const reader = new ObjectReader();
  const copy = reader.read(value);
  return {
    source: new Source("", name),
    value: copy,
    root: NO_SPAN,
    places: new Map(),
    faults: reader.faults,
    data: true,
  };
}

const UNREADABLE = "this part cannot be read: reading it throws an error";
/** Stands for a member whose getter threw. */
const UNREAD = Symbol("unread");

/** A container that was copied, and how much text it would be: shared parts count wherever they are. */
interface Copied {
  readonly copy: unknown;
  readonly weight: number;
}

/** Ends the reading: the data has no end that is worth reaching. */
class TooMuch extends Error {}

class ObjectReader {
  readonly faults: TextFault[] = [];
  readonly #path: (string | number)[] = [];
  /** By container; undefined while it is being copied. */
  readonly #seen = new Map<object, Copied | undefined>();
  #weight = 0;

  read(value: unknown): unknown {
    try {
      return this.#value(value, 0);
    } catch (error) {
      if (!(error instanceof TooMuch)) throw error;
      this.#path.length = 0;
      this.#fault("E_DOC_SYNTAX", `the data is more than ${MAX_WEIGHT} characters of text`);
      return undefined;
    }
  }

  #value(value: unknown, depth: number): unknown {
    switch (typeof value) {
      case "string":
        this.#weigh(value.length + 1);
        return value;
      case "boolean":
        this.#weigh(1);
        return value;
      case "number":
        this.#weigh(1);
        return Number.isFinite(value)
          ? value
          : this.#refuse(`\`${value}\` is not a number that a document can contain`);
      case "object":
        return value === null ? null : this.#container(value, depth);
      // As JSON has it: a member that is undefined is left out, and so is none but in an array.
      case "undefined":
        return null;
      default:
        return this.#refuse(
          `a ${typeof value} is not allowed in a document`,
          typeof value === "bigint" ? "write it as a number" : undefined,
        );
    }
  }

  #container(value: object, depth: number): unknown {
    if (depth >= MAX_DOCUMENT_DEPTH) {
      return this.#refuse(`the document nests more than ${MAX_DOCUMENT_DEPTH} levels deep`);
    }
    const known = this.#seen.get(value);
    if (known !== undefined) {
      this.#weigh(known.weight);
      return known.copy;
    }
    if (this.#seen.has(value)) return this.#refuse("this object contains itself");
    this.#seen.set(value, undefined);
    const before = this.#weight;
    const steps = this.#path.length;
    let copy: unknown;
    try {
      copy = this.#copy(value, depth + 1);
    } catch (error) {
      // A proxy may throw on every access.
      if (error instanceof TooMuch) throw error;
      this.#path.length = steps;
      copy = this.#refuse(UNREADABLE);
    }
    copyOrigin(value, copy);
    this.#seen.set(value, { copy, weight: this.#weight - before });
    return copy;
  }

  #copy(value: object, depth: number): unknown {
    this.#weigh(2);
    if (Array.isArray(value)) return this.#array(value, depth);
    // Data of another realm has another `Object.prototype`, which has no prototype either.
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return this.#instance(value);
    return isMembers(value) ? this.#object(value, depth) : undefined;
  }

  #array(value: readonly unknown[], depth: number): unknown {
    // A proxy says what it likes about its length; holes are read like undefined items.
    const { length } = value;
    this.#weigh(length);
    const copy: unknown[] = [];
    for (let at = 0; at < length; at++) {
      this.#path.push(at);
      const item = this.#item(value, at);
      copy.push(item === UNREAD ? undefined : this.#value(item, depth));
      this.#path.pop();
    }
    return copy;
  }

  #object(value: Members, depth: number): unknown {
    const copy: Record<string, unknown> = Object.hasOwn(value, "__proto__") ? Object.create(null) : {};
    for (const name of Object.keys(value)) {
      this.#path.push(name);
      const member = this.#member(value, name);
      if (member !== undefined && member !== UNREAD) {
        this.#weigh(name.length + 1);
        copy[name] = this.#value(member, depth);
      }
      this.#path.pop();
    }
    return copy;
  }

  #item(value: readonly unknown[], at: number): unknown {
    try {
      return value[at];
    } catch {
      this.#refuse(UNREADABLE);
      return UNREAD;
    }
  }

  /** A member, which a getter may refuse to give. */
  #member(value: Members, name: string): unknown {
    try {
      return value[name];
    } catch {
      this.#refuse(UNREADABLE);
      return UNREAD;
    }
  }

  #instance(value: object): unknown {
    const isDate = value instanceof Date;
    const made: unknown = Reflect.get(value, "constructor");
    const kind = typeof made === "function" && made.name !== "" ? made.name : "a class";
    return this.#refuse(
      `an instance of \`${excerpt(kind)}\` is not plain data`,
      isDate ? "write it as text, with `toISOString()`" : "use an object of its members",
    );
  }

  #weigh(weight: number): void {
    this.#weight += weight;
    if (this.#weight > MAX_WEIGHT) throw new TooMuch();
  }

  #refuse(message: string, hint?: string): undefined {
    this.#fault("E_DOC_TYPE", message, hint);
    return undefined;
  }

  #fault(code: DiagnosticCode, message: string, hint?: string): void {
    if (this.faults.length >= MAX_FAULTS) return;
    const path: Path = [...this.#path];
    this.faults.push({ code, message, span: NO_SPAN, path, ...(hint === undefined ? {} : { hint }) });
  }
}
