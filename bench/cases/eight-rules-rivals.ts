// The eight rules as other engines write them. Rivals without addresses or patterns get them as host functions.
import type { Contestant } from "../measure/contest.ts";
import type { Recorder } from "../measure/recorder.ts";
import { loadRival } from "../measure/rivals.ts";
import { asking, firstOf, HOST_FUNCTIONS, type RuleName } from "./eight-rules-data.ts";
import { appsecEngine, arcjetEngine } from "./eight-rules-native.ts";
import { CEL_RULES, FILTREX_RULES, JEXL_RULES, JSON_RULES } from "./eight-rules-texts.ts";
import type { PlainRequest } from "./traffic.ts";

export interface RivalEngine {
  readonly name: string;
  /** Undefined when the engine cannot say the rule. */
  contestant(rule: RuleName): Contestant | undefined;
}

type Call = (...values: never[]) => unknown;
type Functions = Readonly<Record<string, Call>>;

const TEXT_FUNCTIONS = {
  startsWith: (text: string, prefix: string): boolean => text.startsWith(prefix),
  endsWith: (text: string, suffix: string): boolean => text.endsWith(suffix),
  contains: (text: string, part: string): boolean => text.includes(part),
};
const FUNCTIONS: Functions = { ...HOST_FUNCTIONS, ...TEXT_FUNCTIONS };

/** Every engine that is installed. */
export async function rivalEngines(
  requests: readonly PlainRequest[],
  recorder: Recorder,
): Promise<readonly RivalEngine[]> {
  const makers = [
    filtrexEngine,
    marcbachmannEngine,
    bufbuildEngine,
    celJsEngine,
    jexlEngine,
    jsonRulesEngine,
    appsecEngine,
    arcjetEngine,
  ];
  const engines: RivalEngine[] = [];
  for (const make of makers) {
    const engine = await make(requests, recorder);
    if (engine !== undefined) engines.push(engine);
  }
  return engines;
}

/** An engine whose rules are texts that compile to functions of a request in its own shape. */
function compiling<Input>(
  name: string,
  inputs: readonly Input[],
  compile: (rule: RuleName) => (input: Input) => unknown,
): RivalEngine {
  return {
    name,
    contestant: (rule) => {
      const ask = compile(rule);
      return asking(name, (at) => ask(inputs[at]!) === true);
    },
  };
}

/** The request as nested objects, with whole numbers made by `int`. */
function nested<Int>(request: PlainRequest, int: (value: number) => Int) {
  return {
    http: {
      host: request.host,
      user_agent: request.userAgent,
      request: {
        method: request.method,
        path: request.path,
        headers: Object.fromEntries(request.headers),
      },
    },
    ip: { src: int(request.ip), country: request.country },
    bot: { score: int(request.score), verified: request.verified },
    tcp: { dstport: int(request.port) },
    ssl: request.ssl,
  };
}

function flat(request: PlainRequest) {
  return {
    method: request.method,
    path: request.path,
    host: request.host,
    ua: request.userAgent,
    ip: request.ip,
    country: request.country,
    score: request.score,
    verified: request.verified,
    port: request.port,
    ssl: request.ssl,
    apikey: firstOf(request.headers, "x-api-key"),
  };
}

async function filtrexEngine(requests: readonly PlainRequest[], recorder: Recorder) {
  type Filtrex = {
    compileExpression(text: string, options: { extraFunctions: Functions }): (input: unknown) => unknown;
  };
  const module = await loadRival<Filtrex>("filtrex", recorder);
  if (module === undefined) return undefined;
  const { compileExpression } = module;
  // Every engine but json-rules-engine looks the header up while the clock runs.
  const inputs = requests.map((request) => ({ ...flat(request), headers: request.headers }));
  const extraFunctions: Functions = { ...FUNCTIONS, firstOf };
  return compiling("filtrex", inputs, (rule) => compileExpression(FILTREX_RULES[rule], { extraFunctions }));
}

async function marcbachmannEngine(requests: readonly PlainRequest[], recorder: Recorder) {
  interface Environment {
    registerFunction(signature: string, call: Call): Environment;
    parse(text: string): (input: unknown) => unknown;
  }
  type Module = { Environment: new (options: { unlistedVariablesAreDyn: boolean }) => Environment };
  const module = await loadRival<Module>("@marcbachmann/cel-js", recorder);
  if (module === undefined) return undefined;
  const environment = new module.Environment({ unlistedVariablesAreDyn: true });
  environment.registerFunction("inTwo(dyn): bool", HOST_FUNCTIONS.inTwo);
  environment.registerFunction("inBlocked(dyn): bool", HOST_FUNCTIONS.inBlocked);
  environment.registerFunction("isScanner(dyn): bool", HOST_FUNCTIONS.isScanner);
  environment.registerFunction("lower(dyn): string", HOST_FUNCTIONS.lower);
  return compiling(
    "@marcbachmann/cel-js",
    requests.map((request) => nested(request, BigInt)),
    (rule) => environment.parse(CEL_RULES[rule]),
  );
}

async function bufbuildEngine(requests: readonly PlainRequest[], recorder: Recorder) {
  interface Module {
    celEnv(options: { funcs: readonly unknown[] }): unknown;
    celFunc(name: string, params: readonly unknown[], result: unknown, call: Call): unknown;
    CelScalar: Readonly<Record<"INT" | "BOOL" | "STRING", unknown>>;
    parse(text: string): unknown;
    plan(environment: unknown, expression: unknown): (input: unknown) => unknown;
  }
  const module = await loadRival<Module>("@bufbuild/cel", recorder);
  const strings = await loadRival<{ strings: readonly unknown[] }>("@bufbuild/cel/ext", recorder);
  if (module === undefined || strings === undefined) return undefined;
  const { celEnv, celFunc, CelScalar, parse, plan } = module;
  const environment = celEnv({
    funcs: [
      ...strings.strings,
      celFunc("inTwo", [CelScalar.INT], CelScalar.BOOL, HOST_FUNCTIONS.inTwo),
      celFunc("inBlocked", [CelScalar.INT], CelScalar.BOOL, HOST_FUNCTIONS.inBlocked),
      celFunc("isScanner", [CelScalar.STRING], CelScalar.BOOL, HOST_FUNCTIONS.isScanner),
      celFunc("lower", [CelScalar.STRING], CelScalar.STRING, HOST_FUNCTIONS.lower),
    ],
  });
  return compiling(
    "@bufbuild/cel",
    requests.map((request) => nested(request, BigInt)),
    (rule) => plan(environment, parse(CEL_RULES[rule])),
  );
}

async function celJsEngine(requests: readonly PlainRequest[], recorder: Recorder) {
  interface Module {
    parse(text: string): { isSuccess: true; cst: unknown } | { isSuccess: false; errors: string[] };
    evaluate(cst: unknown, input: unknown, functions: Functions): unknown;
  }
  const module = await loadRival<Module>("cel-js", recorder);
  if (module === undefined) return undefined;
  return compiling(
    "cel-js",
    requests.map((request) => nested(request, Number)),
    (rule) => {
      // It has no methods on strings; functions do the same.
      const text = CEL_RULES[rule].replace(
        /([\w.]+)\.(startsWith|contains|endsWith)\(("[^"]*")\)/g,
        "$2($1, $3)",
      );
      const parsed = module.parse(text);
      if (!parsed.isSuccess) throw new Error(parsed.errors.join("; "));
      return (input) => module.evaluate(parsed.cst, input, FUNCTIONS);
    },
  );
}

async function jexlEngine(requests: readonly PlainRequest[], recorder: Recorder) {
  interface Jexl {
    addFunction(name: string, call: Call): void;
    compile(text: string): { evalSync(input: unknown): unknown };
  }
  const module = await loadRival<{ default: { Jexl: new () => Jexl } }>("jexl", recorder);
  if (module === undefined) return undefined;
  const jexl = new module.default.Jexl();
  for (const [name, call] of Object.entries(FUNCTIONS)) jexl.addFunction(name, call);
  return compiling(
    "jexl",
    requests.map((request) => nested(request, Number)),
    (rule) => {
      const expression = jexl.compile(JEXL_RULES[rule]);
      return (input) => expression.evalSync(input);
    },
  );
}

async function jsonRulesEngine(
  requests: readonly PlainRequest[],
  recorder: Recorder,
): Promise<RivalEngine | undefined> {
  interface Engine {
    addOperator(name: string, call: Call): void;
    addRule(rule: unknown): void;
    run(facts: unknown): Promise<{ events: readonly unknown[] }>;
  }
  const name = "json-rules-engine";
  const module = await loadRival<{ Engine: new (rules: readonly unknown[]) => Engine }>(name, recorder);
  if (module === undefined) return undefined;
  const inputs = requests.map(flat);
  return {
    name,
    contestant: (rule) => {
      const engine = new module.Engine([]);
      for (const [operator, call] of Object.entries(FUNCTIONS)) engine.addOperator(operator, call);
      engine.addOperator("notInTwo", (ip: number) => !HOST_FUNCTIONS.inTwo(ip));
      engine.addOperator("lowerEquals", (text: string, wanted: string) => text.toLowerCase() === wanted);
      engine.addRule({ name: rule, conditions: JSON_RULES[rule], event: { type: rule } });
      const ask = async (at: number) => (await engine.run(inputs[at])).events.length > 0;
      return {
        name,
        run: async (count) => {
          let hits = 0;
          for (let turn = 0; turn < count; turn++) if (await ask(turn % inputs.length)) hits++;
          return hits;
        },
        answers: () => Promise.all(inputs.map((_, at) => ask(at))),
      };
    },
  };
}
