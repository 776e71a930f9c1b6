import { integer, object, optional, required, type StringShape } from "../shape.ts";
import { DEFAULT_SCORE } from "./control.ts";
import { defineAction } from "./define-action.ts";

const MAX_INCREMENT = 1_000_000;

const scoreName: StringShape = {
  kind: "string",
  format: {
    name: "a score name: 1 to 50 lower-case letters, digits, `_`, `-` or `.`",
    pattern: "^[a-z0-9_.-]{1,50}$",
    accepts: (value) => /^[a-z0-9_.-]{1,50}$/.test(value),
  },
};

/** Adds to a named score of the request; later rules compare it with a threshold. */
export const score = defineAction<{ readonly name: string; readonly increment: number }>({
  name: "score",
  summary: "Adds to a named score.",
  terminating: false,
  contributes: ["score"],
  parametersRequired: true,
  parameters: object({
    name: optional(scoreName),
    increment: required(integer(-MAX_INCREMENT, MAX_INCREMENT)),
  }),
  prepare: (parameters) => ({
    name: (parameters["name"] as string | undefined) ?? DEFAULT_SCORE,
    increment: Number(parameters["increment"]),
  }),
  apply(control, prepared) {
    control.score(prepared.name, prepared.increment);
  },
});
