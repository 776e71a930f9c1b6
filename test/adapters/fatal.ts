import { afterEach, beforeEach, expect } from "vitest";

/** Makes each test of a file fail when there was something that would end a process outside the test runner. */
export function failOnFatal(): void {
  const fatal: unknown[] = [];
  const note = (error: unknown): void => void fatal.push(error);
  beforeEach(() => {
    fatal.length = 0;
    process.on("unhandledRejection", note).on("uncaughtException", note);
  });
  afterEach(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", note).off("uncaughtException", note);
    expect(fatal).toEqual([]);
  });
}
