import { type OpenObjectOf, object } from "../../../documents/shapes/shape.ts";
import { type DeclaredAction, defineAction } from "./define-action.ts";

/** An action of a phase that this engine does not execute: its parameters are kept as they are. */
function carried<const Name extends string>(
  name: Name,
  summary: string,
): DeclaredAction<Name, OpenObjectOf<Record<never, never>>, never> {
  return defineAction({
    name,
    summary,
    terminating: false,
    contributes: [],
    carried: true,
    parameters: object({}, { open: true }),
    prepare: () => undefined,
    apply(control) {
      control.note(`the action \`${name}\` is carried, not executed`);
    },
  });
}

export const carriedActions = [
  carried("set_cache_settings", "Cache settings."),
  carried("set_cache_control", "Directives of the Cache-Control header."),
  carried("set_cache_tags", "Cache tags."),
  carried("compress_response", "Compression of the response."),
  carried("transform_response_html", "Changes to HTML pages."),
  carried("ddos_dynamic", "Dynamic mitigation."),
  carried("force_connection_close", "Closing of the connection."),
];
