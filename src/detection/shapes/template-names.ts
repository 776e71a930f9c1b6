/** Attributes of Python's objects that lead from any of them to the interpreter. */
export const PYTHON_INTERNALS: ReadonlySet<string> = new Set([
  "__class__",
  "__mro__",
  "__base__",
  "__bases__",
  "__subclasses__",
  "__globals__",
  "__builtins__",
  "__init__",
  "__import__",
  "__getitem__",
  "__dict__",
  "__code__",
  "__getattribute__",
  "__getattr__",
  "__self__",
  "__func__",
  "__closure__",
  "__loader__",
  "__reduce__",
  "__reduce_ex__",
]);

/** The ones of {@link PYTHON_INTERNALS} that nobody names in a sentence with something after them. */
export const PYTHON_ROOTS: readonly string[] = ["__subclasses__", "__mro__", "__globals__", "__builtins__"];

/** Functions of PHP that run a command or a function of a name that they are given. */
export const PHP_RUNNERS: ReadonlySet<string> = new Set([
  "system",
  "exec",
  "passthru",
  "shell_exec",
  "popen",
  "proc_open",
  "call_user_func",
  "assert",
  "phpinfo",
]);

/** Classes of Ruby and modules of Elixir that reach files, folders and processes. */
export const RUBY_CLASSES: ReadonlySet<string> = new Set([
  "file",
  "dir",
  "io",
  "kernel",
  "open3",
  "open4",
  "process",
  "system",
]);

/** What a template of Mako reaches from `self` on the way to a module of Python. */
export const MAKO_STEPS: ReadonlySet<string> = new Set(["module", "template", "context", "attr", "env"]);

/** What is asked of the settings of a Flask application. */
export const SETTING_CALLS: ReadonlySet<string> = new Set([
  "items",
  "values",
  "keys",
  "from_object",
  "from_pyfile",
  "from_envvar",
  "get",
  "secret_key",
]);

/** Filters of Liquid that calculate. */
export const SUMS: ReadonlySet<string> = new Set(["times", "plus", "minus", "divided_by", "modulo"]);

/** Functions of Go's templates that are probed with a literal. */
export const GO_PRINTS: ReadonlySet<string> = new Set([
  "printf",
  "print",
  "println",
  "html",
  "js",
  "urlquery",
]);

/** What is asked of the request in a template of Flask. */
export const REQUEST_STEPS: ReadonlySet<string> = new Set(["application", "environ", "args", "cookies"]);
