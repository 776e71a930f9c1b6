import type { TypedNode } from "../../language/check/typed-ast.ts";

/** The place in a request that a value comes from, as far as it shows whether the value is a secret. */
export interface ValuePlace {
  readonly field: string;
  /** Name of the header, cookie, argument or member; undefined: the expression names none. */
  readonly key: string | undefined;
}

/** The places that a value comes from. A text argument may name a member: `lookup_json_string(…, "password")`. */
export function placesIn(node: TypedNode): readonly ValuePlace[] {
  switch (node.kind) {
    case "field":
      return [{ field: node.field.name, key: undefined }];
    case "access": {
      const keys = node.path.flatMap((step) => (step.kind === "key" ? [step.key] : []));
      return placesIn(node.base).flatMap((place) => withKeys(place, keys));
    }
    case "each":
      return placesIn(node.operand);
    case "call": {
      const names = node.arguments.flatMap((one) =>
        one.kind === "constant" && typeof one.value === "string" ? [one.value] : [],
      );
      return node.arguments.flatMap(placesIn).flatMap((place) => [place, ...withKeys(place, names)]);
    }
    default:
      return [];
  }
}

function withKeys(place: ValuePlace, keys: readonly string[]): readonly ValuePlace[] {
  return keys.length === 0 ? [place] : keys.map((key) => ({ ...place, key: place.key ?? key }));
}
