import type { Located, Path } from "./located.ts";
import { isContainer } from "./members.ts";

/** Where a part of plain data was read: a part of a document's text. */
export interface Origin {
  readonly located: Located;
  readonly path: Path;
}

// What was read is plain data, so that its origin is beside it. It is kept as long as the data is.
const ORIGINS = new WeakMap<object, Origin>();

/** Keeps where a part was read. Faults that are found in it later are then shown in the text. */
export function rememberOrigin(part: object, origin: Origin): void {
  ORIGINS.set(part, origin);
}

/** Where the part was read; undefined for data that no text was read for. */
export function originOf(part: object): Origin | undefined {
  return ORIGINS.get(part);
}

/** A copy of a part was read where the part was. */
export function copyOrigin(part: object, copy: unknown): void {
  const origin = ORIGINS.get(part);
  if (origin !== undefined && isContainer(copy)) ORIGINS.set(copy, origin);
}

/**
 * Where a part of a document was read: the document itself when it has a text, the text that its data was read from
 * otherwise. Undefined when there is none, and when the data has been changed since.
 */
export function originAt(located: Located, path: Path): Origin | undefined {
  if (located.data !== true) return { located, path };
  let value = located.value;
  let origin: Origin | undefined;
  let rest = 0;
  for (const [at, step] of path.entries()) {
    if (!isContainer(value) || !Object.hasOwn(value, step)) break;
    value = value[step];
    const found = isContainer(value) ? ORIGINS.get(value) : undefined;
    if (found !== undefined) [origin, rest] = [found, at + 1];
  }
  if (origin === undefined) return undefined;
  const whole = [...origin.path, ...path.slice(rest)];
  const written = valueAt(origin.located.value, whole);
  const isChanged =
    !isContainer(value) && written !== undefined && !isContainer(written) && written !== value;
  return isChanged ? undefined : { located: origin.located, path: whole };
}

/**
 * Where a part of a resource is in its file, though its value may be another one there: an expression, from which it
 * was worked out.
 */
export function resourceOrigin(located: Located, path: Path): Origin | undefined {
  let value = located.value;
  let origin = isContainer(value) ? ORIGINS.get(value) : undefined;
  let rest = 0;
  for (const [at, step] of path.entries()) {
    // As in the documents of Terraform, a list of one block stands for the block.
    if (Array.isArray(value) && typeof step === "string" && value.length === 1) value = value[0];
    if (!isContainer(value) || !Object.hasOwn(value, step)) break;
    value = value[step];
    const found = isContainer(value) ? ORIGINS.get(value) : undefined;
    if (found !== undefined) [origin, rest] = [found, at + 1];
  }
  return origin === undefined
    ? undefined
    : { located: origin.located, path: [...origin.path, ...path.slice(rest)] };
}

export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (!isContainer(value) || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return value;
}
