// What tests use of src/engine/respond.
export { parseAccept, pickFormat } from "../../../../src/engine/respond/accept.ts";
export {
  type RenderedResponse,
  type RenderOptions,
  type RenderRequest,
  renderDecision,
  renderRejection,
} from "../../../../src/engine/respond/render.ts";
