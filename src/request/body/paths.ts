/** A key or a name as paths have it, whose segments are joined by dots. */
export function escapeSegment(name: string): string {
  if (!name.includes(".") && !name.includes("\\")) return name;
  return name.replaceAll("\\", "\\\\").replaceAll(".", "\\.");
}
