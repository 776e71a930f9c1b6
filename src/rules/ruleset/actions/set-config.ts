import { object } from "../../../documents/shapes/shape.ts";
import { defineAction } from "./define-action.ts";

/** Hands settings to the host, which knows what they mean; the engine itself obeys none of them. */
export const setConfig = defineAction({
  name: "set_config",
  summary: "Passes settings to the host.",
  terminating: false,
  contributes: ["change"],
  parametersRequired: true,
  parameters: object({}, { open: true }),
  prepare: (parameters) => Object.freeze({ ...parameters }),
  apply(control, prepared) {
    control.config(prepared);
  },
});
