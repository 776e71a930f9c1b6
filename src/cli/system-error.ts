import { thrownMessage } from "../language/diagnostics/thrown.ts";

/** The failure of a system call, in words; undefined for errors of another kind. */
export function systemErrorText(error: unknown): string | undefined {
  if (!isSystemError(error)) return undefined;
  const { code, syscall, path, address, port } = error;
  if (syscall === "listen") {
    const place = port === undefined ? address : `${address}:${port}`;
    if (code === "EADDRINUSE")
      return `\`${place}\` is in use by another program; choose another with \`--listen\``;
    if (code === "EACCES")
      return `\`${place}\` may not be used by this user; ports below 1024 often need privileges`;
    if (code === "EADDRNOTAVAIL") return `\`${address}\` is not an address of this machine`;
  }
  switch (code) {
    case "ENOENT":
      return path === undefined ? error.message : `there is no file \`${path}\``;
    case "EACCES":
      return path === undefined ? error.message : `\`${path}\` may not be read or written by this user`;
    case "EISDIR":
      return path === undefined ? "found a directory, expected a file" : `\`${path}\` is a directory`;
    default:
      return error.message;
  }
}

/** As Node documents them: every one names its system call. */
type SystemError = Error & {
  readonly code: string;
  readonly syscall: string;
  readonly path?: string;
  readonly address?: string;
  readonly port?: number;
};

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && "syscall" in error && typeof error.syscall === "string";
}

/** The same for any error: what people can act on, without a stack. */
export function errorText(error: unknown): string {
  return systemErrorText(error) ?? thrownMessage(error);
}
