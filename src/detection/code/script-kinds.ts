import type { Attack, EvidenceKind } from "../detector/detector.ts";

function kind(name: string, attack: Attack, points: EvidenceKind["points"], sentence: string): EvidenceKind {
  return { name, attack, points, sentence };
}

export const RUNTIME = kind(
  "rce-script-runtime",
  "rce",
  5,
  "Code of a scripting language that starts a process, in the request's head.",
);
export const RUNTIME_BODY = kind(
  "rce-script-runtime-body",
  "rce",
  3,
  "Code of a scripting language that starts a process, in the body.",
);
export const CALL_BODY = kind(
  "rce-script-call-body",
  "rce",
  5,
  "A value of the body that is nothing but a call that starts a process.",
);
export const CONSTRUCTOR_ESCAPE = kind(
  "node-constructor-escape",
  "node",
  5,
  "A function built from text that accesses the process.",
);
export const SERIALIZED_FUNCTION = kind(
  "node-serialized-function",
  "node",
  5,
  "A function that a deserialiser of Node runs.",
);
export const SERIALIZED_PYTHON = kind(
  "python-serialized-object",
  "rce",
  5,
  "A serialised object of Python or Ruby that calls a function when it is read.",
);

export const SCRIPT_KINDS: readonly EvidenceKind[] = [
  RUNTIME,
  RUNTIME_BODY,
  CALL_BODY,
  CONSTRUCTOR_ESCAPE,
  SERIALIZED_FUNCTION,
  SERIALIZED_PYTHON,
];
