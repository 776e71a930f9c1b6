import { integer, object, optional, required, type StringShape } from "../../../documents/shapes/shape.ts";
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
export const score = defineAction({
  name: "score",
  summary: "Adds to a named score.",
  terminating: false,
  contributes: ["score"],
  parameters: object({
    /** Name of the score. Default `default`. */
    name: optional(scoreName),
    /** The increment; may be negative. */
    increment: required(integer(-MAX_INCREMENT, MAX_INCREMENT)),
  }),
  prepare: ({ name = DEFAULT_SCORE, increment }) => ({ name, increment }),
  apply(control, prepared) {
    control.score(prepared.name, prepared.increment);
  },
});
