/**
 * Characteristics of Cloudflare's that are not fields: the data centre, because counters are local to one, and a client
 * distinguished from others behind the same address.
 */
export const CHARACTERISTIC_NAMES: readonly string[] = ["cf.colo.id", "cf.unique_visitor_id"];
