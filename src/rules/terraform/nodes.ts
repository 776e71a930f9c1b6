import type { TerraformValue } from "./values.ts";

/** An expression of Terraform (HCL native syntax) as a tree. */
export type Node =
  | { readonly kind: "literal"; readonly value: TerraformValue }
  | { readonly kind: "template"; readonly parts: readonly Node[] }
  | { readonly kind: "if"; readonly condition: Node; readonly yes: Node; readonly no: Node }
  | { readonly kind: "text-for"; readonly loop: Loop; readonly body: Node }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "get"; readonly of: Node; readonly key: Node }
  | { readonly kind: "splat"; readonly of: Node; readonly item: string; readonly each: Node }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Node[]; readonly spread: boolean }
  | { readonly kind: "unary"; readonly operator: "-" | "!"; readonly of: Node }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Node; readonly right: Node }
  | { readonly kind: "tuple"; readonly items: readonly Node[] }
  | { readonly kind: "object"; readonly members: readonly (readonly [key: Node, value: Node])[] }
  | {
      readonly kind: "for";
      readonly loop: Loop;
      readonly key: Node | undefined;
      readonly value: Node;
      readonly condition: Node | undefined;
      readonly groups: boolean;
    };

/** `for key, value in collection`. */
export interface Loop {
  readonly key: string | undefined;
  readonly value: string;
  readonly of: Node;
}
