// biome-ignore-all lint/suspicious/noTemplateCurlyInString: code holds placeholders.
import type { CorpusAttack, CorpusPart, CorpusPlace, CorpusText } from "./part.ts";

function attack(finds: string, text: string, place?: CorpusPlace): CorpusAttack {
  return { text, finds: [finds], ...(place === undefined ? {} : { place }) };
}

function innocent(text: string, place?: CorpusPlace): CorpusText {
  return place === undefined ? { text } : { text, place };
}

const RUNTIME = "rce-script-runtime";
const BODY = "rce-script-call-body";

export const codeCorpus: CorpusPart = {
  attacks: [
    attack(RUNTIME, "require('child_process').spawnSync('ls')"),
    attack(RUNTIME, "x');process.mainModule.require('fs');('", "cookie"),
    attack(RUNTIME, "global.process.binding('fs')"),
    attack(RUNTIME, "__import__('subprocess').getoutput('id')"),
    attack(RUNTIME, "os.system('ls')", "header:x-filter"),
    attack(RUNTIME, "subprocess.check_output(['id'])"),
    attack(RUNTIME, "eval(compile('import os','x','exec'))"),
    attack(RUNTIME, "exec(__import__('base64').b64decode('aQ=='))"),
    attack(RUNTIME, "Kernel.exec('ls')"),
    attack(RUNTIME, "IO.popen('id').read"),
    attack(RUNTIME, "os.execute('id')"),
    attack(RUNTIME, "io.popen('ls'):read('*a')"),
    attack(RUNTIME, "process.exit(1)"),
    attack(RUNTIME, "import('node:child_process').then(m => m.execSync('id'))"),
    attack(RUNTIME, "res.end(process.env.SECRET)"),
    attack(BODY, "require('child_process').execFileSync('/bin/ls')", "json"),
    attack(BODY, "process.mainModule.require('child_process').exec('ls')", "form"),
    attack(BODY, "global['process'].binding('spawn_sync')", "json"),
    attack(BODY, "__import__('os').popen('id').read()", "form"),
    attack(BODY, "os.popen('uname').read()", "json"),
    attack(BODY, "subprocess.Popen('ls', shell=True)", "form"),
    attack(BODY, '\');require("child_process").exec("id");//', "json"),
    attack("rce-script-runtime-body", "var cp = process.binding('spawn_sync');", "form"),
    attack("node-constructor-escape", "this.constructor.constructor('return process')()"),
    attack("node-constructor-escape", "[].filter.constructor('return this.process')()", "json"),
    attack("node-constructor-escape", "new Function('return process.env')()", "form"),
    attack("node-constructor-escape", '(()=>{}).constructor("return globalThis")()', "json"),
    attack("node-serialized-function", '{"a":"_$$ND_FUNC$$_function (){}()"}', "cookie"),
    attack("node-serialized-function", "_$$ND_FUNC$$_function(){return 1}()", "json"),
    attack("python-serialized-object", "cos\nsystem\n(S'id'\ntR."),
    attack(
      "python-serialized-object",
      "\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x02id\x94\x85\x94R\x94.",
      "cookie",
    ),
    attack("python-serialized-object", "!!python/object/apply:os.system ['id']", "form"),
    { text: "--- !ruby/object:Gem::Requirement\nrequirements: x", finds: ["python-serialized-object"] },
    { text: "!ruby/hash:ActionDispatch::Routing {a: b}", place: "form", finds: ["python-serialized-object"] },
    { text: "a: !ruby/struct:Q\n  b: 1", place: "json", finds: ["python-serialized-object"] },
    {
      text: "gASVHQAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjAJpZJSFlFKULg==",
      place: "cookie",
      finds: ["python-serialized-object"],
    },
    { text: "gANjcG9zaXgKc3lzdGVtCnEAWAIAAABpZHEBhXECUnEDLg==", finds: ["python-serialized-object"] },
  ],
  lookAlikes: [
    { text: "!ruby" },
    { text: "I love !ruby/rails" },
    { text: "gASVDQAAAAAAAAB9lIwBYZRLAXMu" },
    { text: "organj juice" },
    { text: "# !ruby/regexp is a tag" },
    innocent(
      "const { spawn } = require('child_process');\n\nfunction start() {\n  return spawn('node', ['x.js']);\n}\n",
      "form",
    ),
    innocent("require('fs').readFileSync('a')", "form"),
    innocent("how to use child_process in node"),
    innocent("process the main module"),
    innocent("if (process.env.NODE_ENV === 'production') start();", "form"),
    innocent("Call os.system('ls') only in scripts, never in a server.", "form"),
    innocent("import os\nimport sys\n\ndef main():\n    os.makedirs('out')\n", "form"),
    innocent("subprocess management"),
    innocent("The subprocess.run call takes a list: subprocess.run(['ls', '-l']) for example.", "form"),
    innocent("kernel.system is a group"),
    innocent("io.popen in lua"),
    innocent("eval is evil"),
    innocent("constructor arguments"),
    innocent("class A { constructor() { this.process = 1; } }", "form"),
    innocent("new Function() explained"),
    innocent("return process", "form"),
    innocent("global process optimisation"),
    innocent("cos(x) + sin(y)"),
    innocent("cos\nsin\ntan", "form"),
    innocent("python/object notation"),
    innocent("[].map.call(a, f)", "form"),
    innocent("Exit code: process.exitCode = 1", "form"),
    innocent("ND_FUNC"),
    innocent("__init__.py"),
    innocent("__import__ is called by the import statement", "form"),
    innocent("execSync or spawnSync?"),
    innocent("const m = await import('./child.js');", "form"),
  ],
};
