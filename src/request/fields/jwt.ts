import { arrayOf, Bytes, Int, mapOf, type ScalarType } from "../../language/values/types.ts";
import { FROM_HEAD, NO_ENTRIES, NO_ITEMS, RECEIVED, type RequestField, suppliedFieldsOf } from "./field.ts";

const supplied = suppliedFieldsOf(FROM_HEAD, RECEIVED);

const CLAIMS: readonly (readonly [
  claim: string,
  type: ScalarType,
  meaning: string,
  example: string | number,
])[] = [
  ["aud", Bytes, "whom the token is for", "api.a.example"],
  ["exp.sec", Int, "when it ceases to be valid, in seconds since 1970", 1760003600],
  ["iat.sec", Int, "when it was issued, in seconds since 1970", 1760000000],
  ["iss", Bytes, "who issued it", "login.a.example"],
  ["jti", Bytes, "the token's identifier", "t-1"],
  ["nbf.sec", Int, "when it becomes valid, in seconds since 1970", 1760000000],
  ["sub", Bytes, "whom it speaks of", "u-1"],
];

const claimFields = CLAIMS.flatMap(([claim, type, meaning, example]) => {
  const name = `http.request.jwt.claims.${claim}`;
  return [
    supplied(name, mapOf(arrayOf(type)), `Verified claim ${meaning}, by token configuration.`, NO_ENTRIES, {
      example: { main: [example] },
    }),
    supplied(`${name}.names`, arrayOf(Bytes), "Token configurations that have this claim.", NO_ITEMS, {
      parallelGroup: name,
      example: ["main"],
    }),
    supplied(`${name}.values`, arrayOf(type), "Values of this claim, aligned with the names.", NO_ITEMS, {
      parallelGroup: name,
      example: [example],
    }),
  ];
});

/** Claims of JSON Web Tokens. Whoever supplies them must have verified the token first. */
export const jwtFields: readonly RequestField[] = [
  supplied(
    "http.request.jwt.claims",
    mapOf(arrayOf(Bytes)),
    "All verified claims as JSON text, by token configuration; `lookup_json_string` reads them.",
    NO_ENTRIES,
    { example: { main: ['{"sub":"u-1"}'] } },
  ),
  ...claimFields,
];
