import { allow } from "./allow.ts";
import { block } from "./block.ts";
import { setBodyLimits } from "./body-limits.ts";
import { carriedActions } from "./carried.ts";
import { challenge, jsChallenge, managedChallenge } from "./challenge.ts";
import type { ActionDefinition } from "./control.ts";
import { drop, tarpit } from "./drop.ts";
import { execute } from "./execute.ts";
import { log } from "./log.ts";
import { logCustomField } from "./log-custom-field.ts";
import { redirect } from "./redirect.ts";
import { rewrite } from "./rewrite.ts";
import { route } from "./route.ts";
import { score } from "./score.ts";
import { serveError } from "./serve-error.ts";
import { setConfig } from "./set-config.ts";
import { skip } from "./skip.ts";

const ACTIONS = [
  block,
  drop,
  tarpit,
  allow,
  log,
  skip,
  execute,
  score,
  challenge,
  jsChallenge,
  managedChallenge,
  rewrite,
  redirect,
  route,
  setConfig,
  setBodyLimits,
  serveError,
  logCustomField,
  ...carriedActions,
] as const;

/** Every standard action, with its name and its parameters. */
export type StandardAction = (typeof ACTIONS)[number];

/** The actions that every rule may use where its phase lists them. */
export const standardActions: readonly ActionDefinition[] = Object.freeze([...ACTIONS]);
