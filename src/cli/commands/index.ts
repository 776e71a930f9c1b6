import type { Command } from "../command.ts";
import { checkCommand } from "./check.ts";
import { controlCommand } from "./control.ts";
import { evalCommand } from "./eval.ts";
import { exceptCommand } from "./except.ts";
import { explainCommand } from "./explain.ts";
import { exportCommand } from "./export.ts";
import { fmtCommand } from "./fmt.ts";
import { replCommand } from "./repl.ts";
import { serveCommand } from "./serve.ts";
import { unsealCommand } from "./unseal.ts";

/** The words after `wirewall`, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  evalCommand,
  checkCommand,
  fmtCommand,
  exportCommand,
  explainCommand,
  exceptCommand,
  unsealCommand,
  serveCommand,
  controlCommand,
  replCommand,
];
