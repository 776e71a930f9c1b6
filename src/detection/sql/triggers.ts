import type { Trigger } from "../detector/detector.ts";
export const SQL_TRIGGERS: readonly Trigger[] = [{}];
