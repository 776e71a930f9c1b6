import { describe, expect, it } from "vitest";
import { disclosureDetector, pathDetector } from "../../support/source/detection/path.ts";
import type { CorpusText } from "../corpus/part.ts";
import { found } from "./support.ts";

type Row = readonly [text: string, kinds: readonly string[], place?: CorpusText["place"]];

const shown = (text: string): string => text.replace(/[^ -~]/g, "?").replace(/(.)\1{20,}/g, "$1...");

describe("what a path leads to", () => {
  const system = ["traversal-to-system-file"];
  const secret = ["traversal-to-secret-file"];
  const unix = ["traversal-absolute-unix"];
  const windows = ["traversal-absolute-windows"];
  const disguised = ["traversal-disguised"];
  const climb = ["traversal-climb"];
  const systemDisguised = [...disguised, ...system];
  const systemBoth = [...climb, ...systemDisguised];
  const long = "a".repeat(140);
  const rows: readonly Row[] = [
    ["../var/run/docker.sock", system],
    ["../var/run/secrets/token", system],
    ["../var/run/app.pid", []],
    ["../private/etc/passwd", system],
    ["../proc/77/environ", system],
    ["../proc/77", []],
    ["../home/ann/.x", []],
    ["../home/ann/.profile", system],
    ["../apache24/conf/httpd.conf", secret],
    ["../apache24/bin/start.exe", []],
    ["../apache24", []],
    ["C:/xampp/x", windows],
    ["C:/apache24", []],
    ["../documents and settings/ann/app.ini", secret],
    ["../documents and settings/ann/app.txt", []],
    ["../program files/app/run", secret],
    ["../programs files/app/run", []],
    ["../inetpub/logs/x", secret],
    ["../inetpub/ftproot/x", []],
    ["../windows/my/app.ini", secret],
    ["../windows/my/app.txt", []],
    ["../ntldr", secret],
    ["../ntldr/x", []],
    ["/data/site/nginx.conf", unix],
    ["D:/data/site/nginx.conf", windows],
    ["/nginx.conf", []],
    ["/data/site/nginx.txt", []],
    ["/data/site/nginx.conf", [], "form"],
    ["keys/.ssh/known", ["traversal-application-file"]],
    ["site/web-inf/web.xml", ["traversal-application-file"]],
    ["site/web-inf/page.jsp", []],
    // How steps are written.
    ["\u2025/\u2025/etc/passwd", systemBoth],
    ["..././..././etc/passwd", systemBoth],
    ["...", []],
    [".../x/etc/passwd", []],
    [".../.", []],
    [".../.x/etc/passwd", []],
    ["....//etc/passwd", systemDisguised],
    ["..../etc/passwd", systemDisguised],
    ["..../", []],
    [`${long}/../../etc/passwd`, systemBoth],
    [`${long}/../x`, []],
    ["..%5%c..%5%cwindows%5%cwin.ini", [...climb, ...disguised, ...secret]],
    ["..%2%f..%2%fproc%2%fversion", systemBoth],
    ["..%2%e/etc/passwd", systemDisguised],
    ["..%2%x..%2%xetc%2%xpasswd", []],
    ["..0x2f..0x2fetc0x2fpasswd", systemBoth],
    ["..0x2x..0x2xetc0x2xpasswd", []],
    ["..2fetc2fpasswd", systemDisguised],
    ["..2xetc2xpasswd", []],
    ["..%e0%80%af..%e0%80%afetc/passwd", systemBoth],
    ["..%e0%81%9c..%e0%81%9cetc/passwd", systemBoth],
    ["..%e0%80%a0..%e0%80%a0etc/passwd", []],
    ["see ....//....//etc/passwd", systemBoth],
    ["x=../../../notes", ["traversal-repeated"]],
    ["see x ../../../notes", climb],
    ["..%c0%-vetc/passwd", []],
    ["file://localhost/etc/passwd", unix],
    // Zero bytes.
    ["report%00.png", ["traversal-zero-byte"]],
    ["%01report%00.png", []],
    ["a\treport%00.png", ["traversal-zero-byte"]],
    ["%01x.php%00", ["traversal-zero-byte"]],
  ];
  const cases = rows.map(([text, kinds, place = "argument"]) => ({ shown: shown(text), text, kinds, place }));
  it.each(cases)("$shown", ({ text, kinds, place }) => {
    const got = found([pathDetector], { text, place });
    // A word says that it was named, not where the path leads.
    got.delete("traversal-system-file-name");
    expect([...got.keys()].sort()).toEqual(kinds);
  });
});

describe("what a request asks for", () => {
  const java = ["disclosure-java-internal"];
  const copy = ["disclosure-source-backup"];
  const dump = ["disclosure-dump"];
  const rows: readonly Row[] = [
    ["/a/web-inf.;/x", java],
    ["/a/meta-inf;x/y", java],
    ["/a/web-infos;x/y", []],
    ["/a/#main.c#", copy],
    ["/a/index.php#", copy],
    ["/a/#main", []],
    ["/a/index.php_bak", copy],
    ["/a/index.php_old", copy],
    ["/a/index_old", []],
    ["/a/x/backup_1.sql", dump],
    ["/a/x/howto.sql", []],
    ["//./.php~/", []],
    ["//", []],
  ];
  it.each(rows.map(([text, kinds]) => ({ text, kinds })))("$text", ({ text, kinds }) => {
    expect([...found([disclosureDetector], { text, place: "path" }).keys()].sort()).toEqual(kinds);
  });
});
