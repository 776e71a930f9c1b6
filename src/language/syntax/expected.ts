import type { IParserErrorMessageProvider, TokenType } from "chevrotain";

const SEPARATOR = "\u0001";

function encode(types: readonly TokenType[]): string {
  return [...new Set(types.map((type) => type.LABEL ?? type.name))].join(SEPARATOR);
}

/** Ends a parse that has found as many faults as anybody will read. */
export class EnoughFaults extends Error {}

/** Chevrotain's error objects say what was expected only in their message, so the message carries it as data. */
export class ExpectedInMessage implements IParserErrorMessageProvider {
  /**
   * Faults that the parser may still find. Finding one and going on after it costs a tenth of a millisecond and more,
   * so that a text of nothing but faults would take seconds.
   */
  left = Number.POSITIVE_INFINITY;

  buildMismatchTokenMessage({ expected }: { readonly expected: TokenType }): string {
    return this.#encode([expected]);
  }

  buildNoViableAltMessage(options: { readonly expectedPathsPerAlt: readonly TokenType[][][] }): string {
    return this.#encode(options.expectedPathsPerAlt.flat().flatMap((path) => path.slice(0, 1)));
  }

  buildEarlyExitMessage(options: { readonly expectedIterationPaths: readonly TokenType[][] }): string {
    return this.#encode(options.expectedIterationPaths.flatMap((path) => path.slice(0, 1)));
  }

  buildNotAllInputParsedMessage(): string {
    return "";
  }

  #encode(types: readonly TokenType[]): string {
    // The last one is still recorded; the one after it ends the parse.
    if (this.left-- <= 0) throw new EnoughFaults();
    return encode(types);
  }
}

/** Labels of the tokens that a message made by {@link ExpectedInMessage} names: at least one, but for trailing input. */
export function expectedIn(message: string): readonly string[] {
  return message.split(SEPARATOR);
}
