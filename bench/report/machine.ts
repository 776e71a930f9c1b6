import { cpus, loadavg, totalmem } from "node:os";

/** Where results come from. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** Gibibytes. */
  readonly memory: number;
  /** Processes that wanted a core in the minute before, on average. */
  readonly load: string;
  readonly runtime: string;
  readonly platform: string;
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? "unknown processor",
    cores: processors.length,
    memory: Math.round(totalmem() / 2 ** 30),
    load: loadavg()[0]!.toFixed(1),
    runtime: `Node ${process.versions.node}, V8 ${process.versions.v8}`,
    platform: `${process.platform} ${process.arch}`,
  };
}
