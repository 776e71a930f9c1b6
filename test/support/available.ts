/** Whether the machine has what some tests need; says which tests are skipped when it has not. */
export function available(has: boolean, what: string): boolean {
  if (!has) console.warn(`Skipped: this machine has no ${what}.`);
  return has;
}
