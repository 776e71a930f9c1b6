import { behindMark } from "./marks.ts";

/** Leading bytes that give a format away: offset, bytes, media type. Longer signatures are before their prefixes. */
const SIGNATURES: readonly (readonly [number, string, string])[] = [
  [0, "\x89PNG\r\n\x1a\n", "image/png"],
  [0, "\xff\xd8\xff", "image/jpeg"],
  [0, "GIF87a", "image/gif"],
  [0, "GIF89a", "image/gif"],
  [8, "WEBP", "image/webp"],
  [8, "WAVE", "audio/wav"],
  [8, "AVI ", "video/x-msvideo"],
  [0, "BM", "image/bmp"],
  [0, "II*\0", "image/tiff"],
  [0, "MM\0*", "image/tiff"],
  [0, "\0\0\x01\0", "image/x-icon"],
  [4, "ftypavif", "image/avif"],
  [4, "ftypheic", "image/heic"],
  [4, "ftypqt", "video/quicktime"],
  [4, "ftypM4A", "audio/mp4"],
  [4, "ftyp", "video/mp4"],
  [0, "\x1aE\xdf\xa3", "video/webm"],
  [0, "OggS", "audio/ogg"],
  [0, "fLaC", "audio/flac"],
  [0, "ID3", "audio/mpeg"],
  [0, "\xff\xfb", "audio/mpeg"],
  [0, "MThd", "audio/midi"],
  [0, "%PDF-", "application/pdf"],
  [0, "PK\x03\x04", "application/zip"],
  [0, "PK\x05\x06", "application/zip"],
  [0, "\x1f\x8b", "application/gzip"],
  [0, "BZh", "application/x-bzip2"],
  [0, "\xfd7zXZ\0", "application/x-xz"],
  [0, "7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"],
  [0, "Rar!\x1a\x07", "application/vnd.rar"],
  [0, "\x28\xb5\x2f\xfd", "application/zstd"],
  [257, "ustar", "application/x-tar"],
  [0, "\x7fELF", "application/x-elf"],
  [0, "MZ", "application/x-msdownload"],
  [0, "\xca\xfe\xba\xbe", "application/java-vm"],
  [0, "\xac\xed\0\x05", "application/x-java-serialized-object"],
  [0, "\0asm", "application/wasm"],
  [0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"],
  [0, "wOFF", "font/woff"],
  [0, "wOF2", "font/woff2"],
  [0, "{\\rtf", "application/rtf"],
  [0, "#!", "text/x-shellscript"],
  [0, "<?php", "application/x-httpd-php"],
  [0, "<?xml", "text/xml"],
];

/** Markup that begins an HTML text, in lower case. */
const HTML_STARTS = ["<!doctype html", "<html", "<head", "<body", "<script", "<iframe", "<svg"];

/** How much of a body without a signature is looked at to distinguish text from bytes. */
const SAMPLE = 512;

/** The signature that a body begins with. */
export function signatureOf(body: string): { readonly bytes: string; readonly type: string } | undefined {
  for (const [offset, bytes, type] of SIGNATURES) if (body.startsWith(bytes, offset)) return { bytes, type };
  return undefined;
}

/** The media type that the first bytes show, whatever the sender declared; "" for an empty body. */
export function sniffMediaType(body: string): string {
  if (body === "") return "";
  const signature = signatureOf(body);
  if (signature !== undefined) return signature.type;
  let start: number = behindMark(body);
  while (start < SAMPLE && " \t\r\n".includes(body[start] ?? "x")) start++;
  const lead = body.slice(start, start + 16).toLowerCase();
  if (HTML_STARTS.some((markup) => lead.startsWith(markup))) {
    return lead.startsWith("<svg") ? "image/svg+xml" : "text/html";
  }
  if (lead.startsWith("<?xml")) return "text/xml";
  if (lead.startsWith("{") || lead.startsWith("[")) return "application/json";
  const end = Math.min(body.length, SAMPLE);
  for (let at = 0; at < end; at++) {
    const code = body.charCodeAt(at);
    if (code < 9 || (code > 13 && code < 32 && code !== 27)) return "application/octet-stream";
  }
  return "text/plain";
}
