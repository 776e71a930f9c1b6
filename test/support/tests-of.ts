import { describe } from "vitest";

/** The tests of another file, registered in the suite that imports it. */
export function testsOf(title: string, load: () => Promise<unknown>): void {
  describe(title, async () => {
    await load();
  });
}
