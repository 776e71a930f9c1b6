import type { ObjectShape } from "../../../documents/shapes/shape.ts";
import type { ValueExpression } from "../../../language/compile/compile.ts";
import type { ListKind } from "../../../language/scheme/definitions.ts";
import type { ExecutionContext } from "../../../language/scheme/execution-context.ts";
import type { Type } from "../../../language/values/types.ts";
import type { CHALLENGE_KINDS, PhaseDefinition } from "../phases.ts";

export type ResponseFormat = "html" | "json" | "plain" | "xml";

/** One form of a block page. `content` is as the rule's author wrote it. */
export interface ResponseBody {
  readonly contentType: string;
  readonly content: string;
}

/** Bodies by format: plain data, because decisions are. */
export type ResponseVariants = Readonly<Partial<Record<ResponseFormat, ResponseBody>>>;

/** The answer to a blocked request or response. */
export interface BlockResponse {
  /** Undefined: the phase's default, 403, or 429 for a rate limit. */
  readonly status: number | undefined;
  /** Undefined: the engine's own page. */
  readonly body: ResponseBody | undefined;
  /** Bodies that fit a client's `Accept` header better; the engine picks. */
  readonly variants: ResponseVariants;
  /** `grpc-status` of the trailers when the client speaks gRPC. */
  readonly grpcStatus: number;
  /** Header lines of the answer besides its own, as text, in order; placeholders are still in them. Absent: none. */
  readonly headers?: HeaderLines;
}

/** Names and values of header lines, in order. */
export type HeaderLines = readonly (readonly [name: string, value: string])[];

/** How long a client waits, and what comes then. */
export interface TarpitPlan {
  /** 1 to 10. */
  readonly seconds: number;
  /** `drop`: the connection is closed. `block`: the client gets {@link response}. */
  readonly end: "drop" | "block";
  /** The answer at the end, and of hosts that cannot hold a connection. */
  readonly response: BlockResponse;
}

/** How much of a request's body rules get, and what happens to a longer one. */
export interface BodyLimits {
  /** Bytes, content codings undone; at most what the host holds. Undefined: that. */
  readonly maxBytes: number | undefined;
  /**
   * Instead of the host's `oversize`: `block` rejects the request (413). `inspect` shows rules the beginning. `pass`
   * hides it from them: the body counts as truncated and empty. Undefined: the host's setting.
   */
  readonly oversize: "block" | "inspect" | "pass" | undefined;
}

/** A block without parameters: the phase's status, the engine's page. Shared, because most rules have none. */
export const PLAIN_BLOCK: BlockResponse = Object.freeze({
  status: undefined,
  body: undefined,
  variants: Object.freeze({}),
  // PERMISSION_DENIED
  grpcStatus: 7,
});

export type ChallengeKind = (typeof CHALLENGE_KINDS)[number];

export interface RedirectTarget {
  /** Value of `Location`, as bytes, without CR or LF. */
  readonly location: string;
  readonly status: number;
  /** Append the request's query string to the location. */
  readonly preserveQuery: boolean;
  /** Header lines of the answer besides its own, as text, in order. Absent: none. */
  readonly headers?: HeaderLines;
}

/** One change to the header lines of a name. Values are bytes without CR or LF. */
export type HeaderOperation =
  | { readonly operation: "set" | "add"; readonly name: string; readonly value: string }
  | { readonly operation: "remove"; readonly name: string };

/** One input that a rule is not to see (an exception down to one argument, cookie, header or JSON path). */
export interface SkipTarget {
  readonly ruleset: string | undefined;
  /** Id or ref of the rule; undefined with a tag, or for every rule. */
  readonly rule: string | undefined;
  readonly tag: string | undefined;
  readonly field: string;
  /** Key of a Map field; undefined: the whole field. */
  readonly key: string | undefined;
}

/** The levels whose later rules a skip affects: its own, its own and those below, or all. */
export type SkipScope = "layer" | "below" | "all";

/** The parts that a skip leaves out. Empty members leave out nothing. */
export interface SkipPlan {
  /** The rules that follow in this ruleset. */
  readonly restOfRuleset: boolean;
  /** The rules that follow in this phase, in rulesets executed later too. */
  readonly restOfPhase: boolean;
  readonly phases: readonly string[];
  readonly rulesets: readonly string[];
  /** Ruleset id to rule ids or refs. */
  readonly rules: ReadonlyMap<string, readonly string[]>;
  /** Products beside the engine; reported to the host. */
  readonly products: readonly string[];
  readonly targets: readonly SkipTarget[];
  readonly scope: SkipScope;
}

export type Sensitivity = "default" | "low" | "medium" | "eoff";

/** What an override may change; a property left undefined is not overridden. */
export interface OverrideProperties {
  readonly action: string | undefined;
  readonly enabled: boolean | undefined;
  readonly sensitivity: Sensitivity | undefined;
  readonly scoreThreshold: number | undefined;
}

/** The ruleset that an `execute` runs, and its overrides. */
export interface ExecutePlan {
  readonly ruleset: string;
  /** `latest` or a version. */
  readonly version: string;
  readonly overrides: {
    readonly all: OverrideProperties;
    /** In document order: of several tags that fit a rule, the last listed wins. */
    readonly tags: readonly { readonly tag: string; readonly set: OverrideProperties }[];
    readonly rules: ReadonlyMap<string, OverrideProperties>;
  };
}

export interface RoutePlan {
  readonly hostHeader: string | undefined;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly serverName: string | undefined;
}

export interface ErrorPage {
  readonly status: number | undefined;
  readonly contentType: string;
  /** Exactly one of `content` and `asset` is set. */
  readonly content: string | undefined;
  readonly asset: string | undefined;
  /** Header lines of the answer besides its own, as text, in order. Absent: none. */
  readonly headers?: HeaderLines;
}

export type LogFieldSource = "request" | "response" | "cookie" | "raw_response" | "transformed_request";

/** The score of rules without a name for one. */
export const DEFAULT_SCORE = "default";

/** The control of every action. */
export interface ReportControl {
  /** Reports the match, nothing else. */
  log(): void;
  /** Records that the rule matched but could not act as written, for example because its expression had no value. */
  note(message: string): void;
}

/** For actions that are `terminating`. */
export interface EndingControl {
  /** Ends the evaluation: the request or the response is blocked. */
  block(response: BlockResponse): void;
  /** Ends the evaluation: the connection is closed. `response`: the answer of hosts that cannot close it. */
  drop(response: BlockResponse): void;
  /** Ends the evaluation: the client waits. */
  tarpit(plan: TarpitPlan): void;
  /** Passes the request through this and later security phases. `count`: rate limits still count it. */
  allow(options: { readonly count: boolean }): void;
  /** Ends the evaluation unless the client has passed such a challenge. */
  challenge(kind: ChallengeKind): void;
  /** Ends the evaluation. */
  redirect(target: RedirectTarget): void;
  /** Ends the evaluation when the redirect list has an entry for the key, and returns whether it has one. */
  redirectFromList(list: string, key: string): boolean;
  /** Ends the evaluation. */
  serveError(page: ErrorPage): void;
}

/** For actions that contribute `score`. */
export interface ScoreControl {
  /** Adds to a named score of this request. */
  score(name: string, increment: number): void;
}

/** For actions that contribute `state`. */
export interface StateControl {
  /** Adds labels to the request; an existing one keeps its position. */
  label(names: readonly string[]): void;
  /** Sets a variable, as bytes, in place of an earlier value. */
  setVariable(name: string, value: string): void;
}

/** For actions that contribute `execute`. */
export interface ExecuteControl {
  /** Runs another ruleset here. Overrides were applied when the plan was built. */
  execute(plan: ExecutePlan): void;
}

/** For actions that contribute `skip`. */
export interface SkipControl {
  /** Leaves out what follows. Use one plan for many requests: its names are looked up once per plan. */
  skip(plan: SkipPlan): void;
}

/** For actions that contribute `change`. Later phases see the message changed; this phase does not. */
export interface ChangeControl {
  rewritePath(path: string): void;
  /** `""` removes the query. */
  rewriteQuery(query: string): void;
  /** On the request or the response, whichever the phase is about. */
  header(operation: HeaderOperation): void;
  route(plan: RoutePlan): void;
  /** Advice to the host; later settings of a name override earlier ones. */
  config(settings: Readonly<Record<string, unknown>>): void;
  /** Of several that set a member, the last applies. Without effect once the body is there. */
  limitBody(limits: BodyLimits): void;
  logField(source: LogFieldSource, name: string, preserveDuplicates: boolean): void;
}

/**
 * The operations of actions on their transaction; the engine implements them, and an action gets the ones that it
 * declares. Everything staged takes effect after the phase, because values are frozen within one. Byte strings hold one
 * byte per UTF-16 unit.
 */
export interface Control
  extends ReportControl,
    EndingControl,
    ScoreControl,
    StateControl,
    ExecuteControl,
    SkipControl,
    ChangeControl {}

/** The context in which an action's parameters are compiled. The document has been validated before. */
export interface PrepareServices {
  readonly phase: PhaseDefinition;
  /**
   * A value expression of the phase's scheme, of any type unless one is expected.
   *
   * @throws Error when the text does not compile: validation reports that before anything is prepared.
   */
  value(text: string, expected?: Type): ValueExpression;
}

/**
 * The effects of a match, apart from its report and, for a terminating action, ending the evaluation: `score` adds to a
 * score, `state` labels the request or sets variables, `execute` runs another ruleset, `skip` leaves out later rules,
 * `change` stages a change for the host.
 */
export type Contribution = "score" | "state" | "execute" | "skip" | "change";

/**
 * An action: its declaration, how its parameters are compiled, and the effect of a match.
 *
 * `parameters` is the only declaration of the parameters: validation and the JSON Schema follow from it. The engine
 * knows an action by what is declared here and never by its name.
 */
export interface ActionDefinition<Prepared = unknown> {
  readonly name: string;
  readonly summary: string;
  /** Whether a match ends the evaluation, or this and later security phases. */
  readonly terminating: boolean;
  /**
   * The effects of a match. An override for a whole ruleset or a tag leaves actions alone that score, execute or
   * skip, because other rules build on them. Undefined: nothing for a terminating action, anything for another.
   */
  readonly contributes?: readonly Contribution[];
  /**
   * Whether the action still runs where a rule has allowed the request and rate limits only count it. Default false; a
   * rule that leads to rate limits in another ruleset runs anyway.
   */
  readonly whileCounting?: boolean;
  /** Whether a match calls {@link EndingControl.challenge}, for tools that prepare challenges. Default false. */
  readonly posesChallenge?: boolean;
  /**
   * Whether it is allowed in a phase; {@link PhaseDefinition.actions} is checked first. Default: where the phase lists
   * it.
   */
  readonly phases?: readonly string[];
  /** Undefined: the action has no parameters. */
  readonly parameters?: ObjectShape;
  /** Whether a rule must write `action_parameters`. Default: when the shape has required members. */
  readonly parametersRequired?: boolean;
  /** Stored and written back, but not acted upon by this engine. */
  readonly carried?: boolean;
  /** Faults that the shape does not cover; the parameters have the declared shape. */
  check?(parameters: Readonly<Record<string, unknown>>, phase: PhaseDefinition): readonly ParameterFault[];
  /**
   * The ruleset that the action runs, for actions that call {@link Control.execute}: it is checked, and made ready
   * with its overrides, when the rule is. `apply` passes on a plan for the same ruleset.
   */
  executes?(parameters: Readonly<Record<string, unknown>>): ExecutePlan | undefined;
  /**
   * The parts that the action skips, for actions that call {@link Control.skip}: its names are checked when the rule
   * is. Faults point at the parameters `phases`, `rulesets`, `rules` and `targets` if the action has them.
   */
  skips?(parameters: Readonly<Record<string, unknown>>): SkipPlan | undefined;
  /** Names of the labels and variables that a match may set: a rule that reads another name is warned about. */
  sets?(parameters: Readonly<Record<string, unknown>>): StateNames;
  /**
   * Lists that the action looks up by their names in its parameters: unknown ones are reported when the rule is
   * checked.
   */
  lists?(parameters: Readonly<Record<string, unknown>>): readonly ActionList[];
  /** Names of the headers that the action changes: hosts keep look-alikes of them from the application. */
  headers?(parameters: Readonly<Record<string, unknown>>): readonly string[];
  /** Parts that a match changes: a host that cannot change one of them rejects the rule. Default: none. */
  changes?(parameters: Readonly<Record<string, unknown>>, phase: PhaseDefinition): readonly ChangedPart[];
  prepare(parameters: Readonly<Record<string, unknown>>, services: PrepareServices): Prepared;
  apply(control: Control, prepared: Prepared, context: ExecutionContext): void;
}

/** A list that an action's parameters name. */
export interface ActionList {
  /** Without the dollar sign. */
  readonly name: string;
  /** Kind that the list must have. */
  readonly kind: ListKind;
  /** Place of the name, inside `action_parameters`. */
  readonly path: readonly (string | number)[];
}

/** Names that an action sets. */
export interface StateNames {
  readonly labels: readonly string[];
  readonly variables: readonly string[];
}

/**
 * A part of a request or response that a rule may change and not every host can; `connection`: the rule closes or holds the
 * connection.
 */
export type ChangedPart = "path" | "query" | "requestHeaders" | "responseHeaders" | "route" | "connection";

/** A fault in an action's parameters; `path` starts inside `action_parameters`. */
export interface ParameterFault {
  readonly code:
    | "E_ACTION_PARAMETER"
    | "E_SKIP_COMBINATION"
    | "E_DOC_RANGE"
    | "E_DOC_VALUE"
    /** A warning: there is nothing to skip. */
    | "W_SKIP_TARGET"
    /** A warning: the parameter is kept and not acted upon. */
    | "W_PARAMETER_CARRIED";
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint?: string;
}
