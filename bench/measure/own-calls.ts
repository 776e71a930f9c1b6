export type Calls = <Input>(
  ask: (input: Input) => boolean | number,
  inputs: readonly Input[],
  count: number,
) => number;

/** Asks about the inputs in turn, whose number is a power of two, and adds the answers up. */
export const calls: Calls = (ask, inputs, count) => {
  const mask = inputs.length - 1;
  let sum = 0;
  for (let turn = 0; turn < count; turn++) sum += Number(ask(inputs[turn & mask]!));
  return sum;
};

let copies = 0;

/**
 * The loop with machine code of its own. Contestants that share one make V8 call each of them in the slow way of a call
 * that has met many targets, which costs as much as a look-up and hides the difference between two of them.
 */
export async function ownCalls(): Promise<Calls> {
  const module = (await import(`${import.meta.url}?own=${++copies}`)) as { readonly calls: typeof calls };
  return module.calls;
}
