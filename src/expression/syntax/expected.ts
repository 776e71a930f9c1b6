import type { IParserErrorMessageProvider, TokenType } from "chevrotain";

const EDGE = "\u0001";
const SEPARATOR = "\u0002";

function encode(types: readonly TokenType[]): string {
  return EDGE + [...new Set(types.map((type) => type.LABEL ?? type.name))].join(SEPARATOR) + EDGE;
}

/** Chevrotain's error objects say what was expected only in their message, so the message carries it as data. */
export const EXPECTED_IN_MESSAGE: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => encode([expected]),
  buildNoViableAltMessage: ({ expectedPathsPerAlt }) =>
    encode(expectedPathsPerAlt.flatMap((paths) => paths.flatMap((path) => path.slice(0, 1)))),
  buildEarlyExitMessage: ({ expectedIterationPaths }) =>
    encode(expectedIterationPaths.flatMap((path) => path.slice(0, 1))),
  buildNotAllInputParsedMessage: () => encode([]),
};

/** Labels of the tokens that a message made by {@link EXPECTED_IN_MESSAGE} names. */
export function expectedIn(message: string): readonly string[] {
  const start = message.indexOf(EDGE);
  const end = message.indexOf(EDGE, start + 1);
  const inner = start === -1 || end === -1 ? "" : message.slice(start + 1, end);
  return inner === "" ? [] : inner.split(SEPARATOR);
}
