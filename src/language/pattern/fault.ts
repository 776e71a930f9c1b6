import type { PatternFault } from "./engine.ts";

/** Carries a fault out of the recursive parser and compiler; never leaves this folder. */
export class PatternError extends Error {
  readonly fault: PatternFault;

  constructor(fault: PatternFault) {
    super(fault.message);
    this.fault = fault;
  }
}

export function refuse(
  code: PatternFault["code"],
  message: string,
  start: number,
  end: number,
  hint?: string,
): never {
  throw new PatternError({ code, message, start, end, ...(hint === undefined ? {} : { hint }) });
}

/** Runs a step that may refuse; anything else that is thrown is a defect and passes through. */
export function attempt<T>(
  step: () => T,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: PatternFault } {
  try {
    return { ok: true, value: step() };
  } catch (error) {
    if (error instanceof PatternError) return { ok: false, fault: error.fault };
    throw error;
  }
}
