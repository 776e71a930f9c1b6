import { asciiLower } from "../values/bytes.ts";
import type { LiteralForm } from "./analysis.ts";

export type SubjectTest = (subject: string) => boolean;

/** The comparison that a literal form stands for. */
export function literalTest(form: LiteralForm): SubjectTest {
  const { kind, bytes, caseInsensitive } = form;
  const { length } = bytes;
  if (!caseInsensitive) {
    switch (kind) {
      case "equals":
        return (subject) => subject === bytes;
      case "prefix":
        return (subject) => subject.startsWith(bytes);
      case "suffix":
        return (subject) => subject.endsWith(bytes);
      case "contains":
        return (subject) => subject.includes(bytes);
    }
  }
  switch (kind) {
    case "equals":
      return (subject) => subject.length === length && sameFolded(subject, 0, bytes);
    case "prefix":
      return (subject) => subject.length >= length && sameFolded(subject, 0, bytes);
    case "suffix":
      return (subject) => subject.length >= length && sameFolded(subject, subject.length - length, bytes);
    case "contains":
      return (subject) => subject.length >= length && asciiLower(subject).includes(bytes);
  }
}

function sameFolded(subject: string, from: number, lower: string): boolean {
  for (let at = 0; at < lower.length; at++) {
    let code = subject.charCodeAt(from + at);
    if (code >= 65 && code <= 90) code += 32;
    if (code !== lower.charCodeAt(at)) return false;
  }
  return true;
}
