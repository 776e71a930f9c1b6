/**
 * Ordinary texts that are refused all the same, with the reason: letting them pass would let an attack pass. A text that is no
 * longer refused leaves the list.
 */
export const DISPUTED: ReadonlyMap<string, string> = new Map([]);
