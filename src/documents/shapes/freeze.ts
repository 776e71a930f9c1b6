/**
 * Freezes plain data through and through. What many firewalls have in common is shown in decisions: whoever changes what
 * one of them shows must not change the others.
 */
export function freezeData<T>(data: T): T {
  if (typeof data !== "object" || data === null || Object.isFrozen(data)) return data;
  Object.freeze(data);
  for (const part of Object.values(data)) freezeData(part);
  return data;
}
