import { writeFile } from "node:fs/promises";
import { createSealKeys, unsealEvidence } from "../../engine/events/sealed-evidence.ts";
import { EXIT, type Invocation, textOption, textOptions, UsageError } from "../command.ts";
import { errorText } from "../system-error.ts";
import { print, say } from "../terminal.ts";
import { contentOf, eventIn, inputOf } from "./event-lines.ts";

export async function unseal({ options, positionals, terminal }: Invocation): Promise<number> {
  const [path = "-", further] = positionals;
  if (further !== undefined) throw new UsageError("one file of events is read at a time");
  const made = textOption(options, "new-key");
  if (made !== undefined) {
    print(terminal, await newKey(made));
    return EXIT.ok;
  }
  const keyFile = textOption(options, "key");
  if (keyFile === undefined) throw new UsageError("`--key FILE` is missing (`--new-key FILE` makes one)");
  const key = await contentOf(keyFile);
  const ids = textOptions(options, "id");
  const text = path === "-" ? await inputOf(terminal) : await contentOf(path);
  let found = 0;
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const event = eventIn(line, at + 1);
    if (event?.sealed === undefined || (ids.length > 0 && !ids.includes(event.id))) continue;
    const { id, time } = event;
    try {
      print(terminal, JSON.stringify({ id, time, ...(await unsealEvidence(event, key)) }));
    } catch (error) {
      throw new UsageError(`line ${at + 1}: ${errorText(error)}`);
    }
    found++;
  }
  if (found === 0) say(terminal, "no event contains sealed evidence");
  return found === 0 ? EXIT.findings : EXIT.ok;
}

/** The public key of a new private one, which only its owner may read. */
async function newKey(path: string): Promise<string> {
  const { publicKey, privateKey } = await createSealKeys();
  try {
    // Never over another: what was sealed for that one could not be read any more.
    await writeFile(path, `${privateKey}\n`, { flag: "wx", mode: 0o600 });
  } catch (error) {
    throw new UsageError(`${path} cannot be written: ${errorText(error)}`);
  }
  return publicKey;
}
