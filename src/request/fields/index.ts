import { bodyFields } from "./body.ts";
import { botFields } from "./bot.ts";
import { clientFields } from "./client.ts";
import { decisionFields } from "./decision.ts";
import { decodedFields } from "./decoded.ts";
import type { RequestField } from "./field.ts";
import { jwtFields } from "./jwt.ts";
import { nestedFields } from "./nested.ts";
import { packetFields } from "./packet.ts";
import { platformFields } from "./platform.ts";
import { requestFields } from "./request.ts";
import { responseFields } from "./response.ts";
import { tlsFields } from "./tls.ts";
import { uriFields } from "./uri.ts";
import { verdictFields } from "./verdicts.ts";
import { wirewallFields } from "./wirewall.ts";

/** Every field that is read of a request and its response as they are. */
export const requestLayerFields: readonly RequestField[] = Object.freeze([
  ...requestFields,
  ...uriFields,
  ...clientFields,
  ...bodyFields,
  ...responseFields,
  ...tlsFields,
  ...platformFields,
  ...botFields,
  ...verdictFields,
  ...jwtFields,
  ...wirewallFields,
  ...decisionFields,
  ...decodedFields,
  ...nestedFields,
  ...packetFields,
]);
