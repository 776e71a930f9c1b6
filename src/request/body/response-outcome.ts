import { rawValues } from "../head/headers.ts";
import type { ResponseView, UnreadReason } from "../view/request-view.ts";
import { isBinary, isBytesType } from "./kind.ts";
import { parseParameters } from "./media-type.ts";

/** How much of a response's body rules see, and why it is not all. */
export type ResponseOutcome =
  | { readonly outcome: "partly"; readonly reason: UnreadReason }
  | { readonly outcome: "opaque"; readonly reason: string }
  | { readonly outcome: "inspected" | ""; readonly reason: "" };

const NO_BODY: ResponseOutcome = Object.freeze({ outcome: "", reason: "" });
const INSPECTED: ResponseOutcome = Object.freeze({ outcome: "inspected", reason: "" });

/** How far rules see the body of a response: bytes that are not text are opaque, however many of them they see. */
export function responseOutcome({ rawHeaders, body, unread }: ResponseView): ResponseOutcome {
  const reason = unread ?? unreadReason(body);
  const bytes = body?.bytes ?? "";
  if (reason === undefined && bytes === "") return NO_BODY;
  const type = parseParameters(rawValues(rawHeaders, "content-type")[0] ?? "").value;
  // Bytes that are still coded do not show the decoded ones.
  const isUnseen = bytes === "" || reason === "content_coding";
  const isOpaque = isUnseen ? isBytesType(type) : isBinary(bytes, type);
  if (isOpaque) return { outcome: "opaque", reason: type };
  return reason === undefined ? INSPECTED : { outcome: "partly", reason };
}

function unreadReason(body: ResponseView["body"]): UnreadReason | undefined {
  if (body?.coding === "faulty") return "content_coding";
  return body?.truncated === true ? "body_too_long" : undefined;
}
