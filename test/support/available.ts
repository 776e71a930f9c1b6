import { networkInterfaces } from "node:os";

/** Whether the machine has what some tests need; says which tests are skipped when it has not. */
export function available(has: boolean, what: string): boolean {
  if (!has) console.warn(`Skipped: this machine has no ${what}.`);
  return has;
}

export function hasIpv6(): boolean {
  const interfaces = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  return available(
    interfaces.some(({ address }) => address === "::1"),
    "IPv6 address of its own (::1)",
  );
}
