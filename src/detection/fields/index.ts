import type { RequestField } from "../../request/fields/field.ts";
import { requestLayerFields } from "../../request/fields/index.ts";
import { detectionFields } from "./detection-fields.ts";

/** Every field of the standard scheme. */
export const standardFields: readonly RequestField[] = Object.freeze([
  ...requestLayerFields,
  ...detectionFields,
]);
