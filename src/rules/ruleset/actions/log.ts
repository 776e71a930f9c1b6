import { defineAction } from "./define-action.ts";

export const log = defineAction({
  name: "log",
  summary: "Reports the match and changes nothing.",
  terminating: false,
  contributes: [],
  prepare: () => undefined,
  apply(control) {
    control.log();
  },
});
