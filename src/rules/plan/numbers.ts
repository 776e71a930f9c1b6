const numbers = new WeakMap<object, number>();
let last = 0;

/** Numbers that identify objects in keys; from 1. */
export function numberOf(thing: object): number {
  let number = numbers.get(thing);
  if (number === undefined) {
    number = ++last;
    numbers.set(thing, number);
  }
  return number;
}
