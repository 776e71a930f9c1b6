import { flag, headerValue, name, object, optional, required } from "../../../documents/shapes/shape.ts";
import { asciiLower } from "../../../language/values/bytes.ts";
import { Bytes } from "../../../language/values/types.ts";
import { answerHeaderFaults, answerHeaders, headerLines } from "./answer-headers.ts";
import { type Computed, computed, isSingleLine, readComputed } from "./computed.ts";
import {
  type BlockResponse,
  type EndingControl,
  type HeaderLines,
  PLAIN_BLOCK,
  type ReportControl,
} from "./control.ts";
import { defineAction } from "./define-action.ts";

const STATUSES = [301, 302, 303, 307, 308];
const MAX_LOCATION_BYTES = 16_384;

type Redirect =
  | {
      readonly kind: "value";
      readonly target: Computed | undefined;
      readonly status: number;
      readonly preserveQuery: boolean;
      readonly headers: HeaderLines | undefined;
    }
  | { readonly kind: "list"; readonly list: string; readonly key: Computed };

/** Redirects to another address: fixed, computed, or looked up in a redirect list. */
export const redirect = defineAction({
  name: "redirect",
  summary: "Answers with a redirect.",
  terminating: true,
  contributes: [],
  parameters: object(
    {
      /** A target in the rule. */
      from_value: optional(
        object({
          /** The address: fixed or computed. */
          target_url: required(
            object(
              {
                /** A fixed URL. */
                value: optional(headerValue),
                /** A computed URL. Without a value the request is rejected with 400. */
                expression: optional({ kind: "expression", type: Bytes }),
              },
              { exactlyOne: [["value", "expression"]] },
            ),
          ),
          /** Status of the redirect. Default 301. */
          status_code: optional({ kind: "number", integer: true, values: STATUSES }),
          /** Whether the query of the request is appended. Default false. */
          preserve_query_string: optional(flag),
          /** Ours: header lines of the answer; not `Location`. */
          headers: optional(answerHeaders),
        }),
      ),
      /** A target in a redirect list. */
      from_list: optional(
        object({
          /** Name of the list, without `$`. */
          name: required(name),
          /** The text that is looked up, usually `http.request.full_uri`. */
          key: required({ kind: "expression", type: Bytes }),
        }),
      ),
    },
    { exactlyOne: [["from_value", "from_list"]] },
  ),
  check: ({ from_value: from }) => [
    ...answerHeaderFaults(from?.headers, ["from_value", "headers"]),
    ...(from?.headers === undefined ||
    !Object.keys(from.headers).some((name) => asciiLower(name) === "location")
      ? []
      : [
          {
            code: "E_ACTION_PARAMETER" as const,
            path: ["from_value", "headers"],
            message: "a redirect cannot set `location`: write `target_url`",
          },
        ]),
  ],
  lists: ({ from_list: list }) =>
    list === undefined ? [] : [{ name: list.name, kind: "redirect", path: ["from_list", "name"] }],
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
      headers: from?.headers === undefined ? undefined : headerLines(from.headers),
    };
  },
  apply(control, prepared, context) {
    if (prepared.kind === "list") {
      const key = readComputed(prepared.key, context);
      if (key === undefined) control.note("the key of the redirect list has no value: no redirect");
      else control.redirectFromList(prepared.list, key);
      return;
    }
    const location = readComputed(prepared.target, context);
    if (location === undefined || location === "") {
      refuseInstead(control, "the target expression has no value: the request is rejected instead");
    } else if (location.length > MAX_LOCATION_BYTES || !isSingleLine(location)) {
      refuseInstead(
        control,
        "the redirect target is too long or has line breaks: the request is rejected instead",
      );
    } else {
      const { status, preserveQuery, headers } = prepared;
      control.redirect({ location, status, preserveQuery, ...(headers === undefined ? {} : { headers }) });
    }
  },
});

/** A redirect keeps requests from the upstream: its failure must not pass them. */
function refuseInstead(control: ReportControl & EndingControl, why: string): void {
  control.note(why);
  control.block(UNFIT_TARGET);
}

/** The response if the redirect cannot be computed for the request. */
export const UNFIT_TARGET: BlockResponse = Object.freeze({ ...PLAIN_BLOCK, status: 400 });
