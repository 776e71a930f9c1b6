import { object } from "../../../documents/shapes/shape.ts";
import { defineAction } from "./define-action.ts";

/** Passes settings to the host, which defines their meaning; the engine itself applies none of them. */
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
