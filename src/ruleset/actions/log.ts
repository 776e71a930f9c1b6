import { defineAction } from "./control.ts";

export const log = defineAction<undefined>({
  name: "log",
  summary: "Reports the match and changes nothing.",
  terminating: false,
  prepare: () => undefined,
  apply(control) {
    control.log();
  },
});
