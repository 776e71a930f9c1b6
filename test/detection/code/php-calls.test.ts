// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expansions of PHP look like placeholders.
import { expect, test } from "vitest";
import { phpDetector } from "../../support/source/detection/code.ts";
import { kindsIn } from "../corpus-check.ts";

const LONG = "x".repeat(260);

test.each([
  ["$system('ls');", false],
  ["$job->exec('ls');", false],
  ["job::exec('ls');", false],
  ["re-exec('ls');", false],
  ["job.exec('ls');", false],
  ["'a'.system('ls');", true],
  ["system('ls'.$y)", true],
  ["system('ls' now)", false],
  ["system('')", false],
  ["system('ls", false],
  [`system('cd /opt; ${LONG}`, true],
  [`system('${LONG}`, false],
  ["${system(x)}", true],
  ["${@phpinfo()}", true],
  ["${print(x)}", true],
  ["${readfile(x)}", true],
  ["${sleep(3)}", true],
  ["{${md5(3)}}", true],
  ["${array_map('x', $y)}", false],
  ["sleep(3) behind phpinfo", false],
  ["md5(3) behind phpinfo", false],
  ["readfile(name) of today", false],
  ["readfile($name)", true],
  ["readfile('notes.txt');", true],
  ["array_map('system', $x)", true],
  ["array_map('phpinfo', $x)", true],
  ["array_map('trim', $x)", false],
  ["usort($x, 'system')", false],
  ["print(total)", false],
  ["print(md5(3))", true],
  ["print(`id`)", true],
  ["die(system(x))", true],
])("%j calls what runs something: %s", (text, calls) => {
  expect(kindsIn([phpDetector], text).map(({ name }) => name)).toEqual(calls ? ["php-call"] : []);
});
