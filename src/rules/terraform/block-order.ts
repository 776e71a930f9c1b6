/** A block inside another one: its type, whether it is `dynamic`, and which of those of its kind. */
export interface BlockPlace {
  readonly type: string;
  readonly dynamic: boolean;
  readonly index: number;
}

// Bodies as JSON hold blocks by type; only the text has their order.
const ORDERS = new WeakMap<object, readonly BlockPlace[]>();

/** Keeps the order in which the blocks of a body are written. */
export function rememberBlockOrder(body: object, order: readonly BlockPlace[]): void {
  ORDERS.set(body, order);
}

/** Undefined: the body was read from JSON. */
export function blockOrderOf(body: object): readonly BlockPlace[] | undefined {
  return ORDERS.get(body);
}
