import { describe, expect, expectTypeOf, test } from "vitest";
import {
  type ActionDefinition,
  type ChangeControl,
  type Control,
  type ControlOf,
  defineAction,
  type EndingControl,
  type ExecuteParameters,
  executePlan,
  type ReportControl,
  type ScoreControl,
  shape,
} from "../../support/source/index.ts";

// The type checker holds these: a declaration is all that says what an action's parameters, its prepared value and its
// control look like.

const { anything, flag, integer, listOf, mapOf, name, object, oneOf, optional, required } = shape;

test("the value of a shape", () => {
  const declared = object({
    word: required(oneOf("a", "b")),
    count: optional(integer(1, 9)),
    tags: optional(listOf(name)),
    inner: optional(object({ on: required(flag), rest: optional(anything) })),
    byName: required(mapOf(object({ value: required(name) }))),
    either: optional({ kind: "union", of: [flag, name] }),
    expression: optional({ kind: "expression", type: "filter" }),
  });
  expectTypeOf<shape.ValueOf<typeof declared>>().toEqualTypeOf<{
    readonly word: "a" | "b";
    readonly count?: number;
    readonly tags?: readonly string[];
    readonly inner?: { readonly on: boolean; readonly rest?: unknown };
    readonly byName: Readonly<Record<string, { readonly value: string }>>;
    readonly either?: boolean | string;
    readonly expression?: string;
  }>();
  const open = object({ known: required(flag) }, { open: true });
  expectTypeOf<shape.ValueOf<typeof open>["known"]>().toEqualTypeOf<boolean>();
  expectTypeOf<shape.ValueOf<typeof open>["other"]>().toEqualTypeOf<unknown>();
  expectTypeOf<shape.ValueOf<shape.Shape>>().toEqualTypeOf<unknown>();
  expect(Object.keys(declared.members)).toContain("byName");
});

const head = { name: "mine", summary: "Mine." } as const;

test("parameters follow from the shape, and what `apply` gets from `prepare`", () => {
  const made = defineAction({
    ...head,
    terminating: false,
    contributes: ["score"],
    parameters: object({ by: required(integer(1)), name: optional(name) }),
    check: ({ by, name: given }) => {
      expectTypeOf(by).toEqualTypeOf<number>();
      expectTypeOf(given).toEqualTypeOf<string | undefined>();
      return [];
    },
    prepare(parameters) {
      expectTypeOf(parameters).toEqualTypeOf<{ readonly by: number; readonly name?: string }>();
      // @ts-expect-error there is no such parameter
      void parameters.increment;
      return { by: parameters.by, name: parameters.name ?? "default" };
    },
    apply(control, prepared) {
      expectTypeOf(prepared).toEqualTypeOf<{ by: number; name: string }>();
      control.score(prepared.name, prepared.by);
    },
  });
  expectTypeOf(made).toExtend<ActionDefinition>();
  expectTypeOf(made.name).toEqualTypeOf<"mine">();
  expect(made.name).toBe("mine");
});

describe("the control holds what the action declares", () => {
  test("and nothing else", () => {
    defineAction({
      ...head,
      terminating: false,
      contributes: [],
      prepare: () => undefined,
      apply(control) {
        expectTypeOf(control).toExtend<ReportControl>();
        // @ts-expect-error it declares no score
        expect(control.score).toBeDefined();
        // @ts-expect-error it is not terminating
        expect(control.block).toBeDefined();
      },
    });
    expectTypeOf<ControlOf<true, never>>().toExtend<EndingControl & ReportControl>();
    expectTypeOf<ControlOf<false, "score" | "change">>().toExtend<ScoreControl & ChangeControl>();
    expectTypeOf<ControlOf<false, "score">>().not.toExtend<ChangeControl>();
    expectTypeOf<Control>().toExtend<ControlOf<true, "score" | "execute" | "skip" | "change">>();
  });

  test("all but endings when it declares nothing, endings alone when it is terminating", () => {
    defineAction({
      ...head,
      terminating: false,
      prepare: () => undefined,
      apply(control) {
        expectTypeOf(control).toExtend<ScoreControl & ChangeControl>();
        expectTypeOf(control).not.toExtend<EndingControl>();
      },
    });
    defineAction({
      ...head,
      terminating: true,
      prepare: () => undefined,
      apply(control) {
        expectTypeOf(control).toExtend<EndingControl>();
        expectTypeOf(control).not.toExtend<ScoreControl>();
      },
    });
    const odd = { ...head, terminating: false, contributes: ["sing"], prepare() {}, apply() {} } as const;
    // @ts-expect-error there is no such contribution
    expect(() => defineAction(odd)).not.toThrow();
  });
});

test("the parameters of `execute`, for actions that run rulesets", () => {
  expectTypeOf<ExecuteParameters>().toExtend<{ readonly id: string; readonly version?: string }>();
  // @ts-expect-error a plan needs an id
  const without: ExecuteParameters = { version: "2" };
  // @ts-expect-error no such sensitivity
  const odd: ExecuteParameters = { id: "a", overrides: { sensitivity_level: "high" } };
  expect([without, odd]).toHaveLength(2);
  expect(
    executePlan({ id: "a", overrides: { categories: [{ category: "x", enabled: false }] } }),
  ).toMatchObject({
    ruleset: "a",
    version: "latest",
    overrides: { tags: [{ tag: "x", set: { enabled: false } }] },
  });
});
