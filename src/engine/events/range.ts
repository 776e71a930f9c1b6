/** Bytes of a text, from `start` to before `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}
