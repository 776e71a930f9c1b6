import { flag, headerValue, name, object, optional, required } from "../../../documents/shapes/shape.ts";
import { Bytes } from "../../../language/values/types.ts";
import { type Computed, computed, isSingleLine, readComputed } from "./computed.ts";
import { type BlockResponse, type EndingControl, PLAIN_BLOCK, type ReportControl } from "./control.ts";
import { defineAction } from "./define-action.ts";

const STATUSES = [301, 302, 303, 307, 308];
const MAX_LOCATION_BYTES = 16_384;

type Redirect =
  | {
      readonly kind: "value";
      readonly target: Computed | undefined;
      readonly status: number;
      readonly preserveQuery: boolean;
    }
  | { readonly kind: "list"; readonly list: string; readonly key: Computed };

/** Answers with another address: written out, worked out, or looked up in a redirect list. */
export const redirect = defineAction({
  name: "redirect",
  summary: "Answers with a redirect.",
  terminating: true,
  contributes: [],
  parameters: object(
    {
      from_value: optional(
        object({
          target_url: required(
            object(
              { value: optional(headerValue), expression: optional({ kind: "expression", type: Bytes }) },
              { exactlyOne: [["value", "expression"]] },
            ),
          ),
          status_code: optional({ kind: "number", integer: true, values: STATUSES }),
          preserve_query_string: optional(flag),
        }),
      ),
      from_list: optional(
        object({ name: required(name), key: required({ kind: "expression", type: Bytes }) }),
      ),
    },
    { exactlyOne: [["from_value", "from_list"]] },
  ),
  prepare({ from_list: list, from_value: from }, services): Redirect {
    if (list !== undefined) {
      const key = { kind: "dynamic", expression: services.value(list.key, Bytes) } as const;
      return { kind: "list", list: list.name, key };
    }
    return {
      kind: "value",
      target: computed(from?.target_url, services),
      status: from?.status_code ?? 301,
      preserveQuery: from?.preserve_query_string === true,
    };
  },
  apply(control, prepared, context) {
    if (prepared.kind === "list") {
      const key = readComputed(prepared.key, context);
      if (key === undefined) control.note("the key of the redirect list gave no value: no redirect");
      else control.redirectFromList(prepared.list, key);
      return;
    }
    const location = readComputed(prepared.target, context);
    if (location === undefined || location === "") {
      refuseInstead(control, "the target expression gave no value: refused instead");
    } else if (location.length > MAX_LOCATION_BYTES || !isSingleLine(location)) {
      refuseInstead(control, "the redirect target is too long or has line breaks: refused instead");
    } else {
      control.redirect({ location, status: prepared.status, preserveQuery: prepared.preserveQuery });
    }
  },
});

/** A rule that redirects means to keep requests away: one that cannot is no reason to let them pass. */
function refuseInstead(control: ReportControl & EndingControl, why: string): void {
  control.note(why);
  control.block(UNFIT_TARGET);
}

/** The answer in place of a redirect that cannot be made of the request. */
export const UNFIT_TARGET: BlockResponse = Object.freeze({ ...PLAIN_BLOCK, status: 400 });
