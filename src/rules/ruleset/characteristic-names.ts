/**
 * Characteristics of the reference product that name no field: the data centre, because its counters live in one, and a
 * visitor told apart from others behind the same address.
 */
export const CHARACTERISTIC_NAMES: readonly string[] = ["cf.colo.id", "cf.unique_visitor_id"];
