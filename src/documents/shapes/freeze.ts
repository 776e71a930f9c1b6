/**
 * Freezes plain data deeply. Decisions show data that firewalls share: a change through one of them must not affect the
 * others.
 */
export function freezeData<T>(data: T): T {
  if (typeof data !== "object" || data === null || Object.isFrozen(data)) return data;
  Object.freeze(data);
  for (const part of Object.values(data)) freezeData(part);
  return data;
}
