import { arrayOf, Bytes, Int, mapOf, type ScalarType } from "../../language/values/types.ts";
import { FROM_HEAD, NO_ENTRIES, NO_ITEMS, RECEIVED, type RequestField, suppliedFieldsOf } from "./field.ts";

const supplied = suppliedFieldsOf(FROM_HEAD, RECEIVED);

const CLAIMS: readonly (readonly [
  claim: string,
  type: ScalarType,
  meaning: string,
  example: string | number,
])[] = [
  ["aud", Bytes, "the audience of the token", "api.a.example"],
  ["exp.sec", Int, "the expiry time, in seconds since 1970", 1760003600],
  ["iat.sec", Int, "the time of issue, in seconds since 1970", 1760000000],
  ["iss", Bytes, "the issuer", "login.a.example"],
  ["jti", Bytes, "the token's identifier", "t-1"],
  ["nbf.sec", Int, "the time from which it is valid, in seconds since 1970", 1760000000],
  ["sub", Bytes, "the subject", "u-1"],
];

const claimFields = CLAIMS.flatMap(([claim, type, meaning, example]) => {
  const name = `http.request.jwt.claims.${claim}`;
  return [
    supplied(name, mapOf(arrayOf(type)), `Verified claim: ${meaning}, by token configuration.`, NO_ENTRIES, {
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

/** Claims of JSON Web Tokens. The embedder must verify the token before it supplies them. */
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
