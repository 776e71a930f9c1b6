/**
 * The cells of one line of comma separated values (RFC 4180): a quoted cell may contain commas, and quotes written
 * twice. Line breaks inside cells are not read. Undefined when a quoted cell does not end as it should.
 */
export function splitCsv(line: string): readonly string[] | undefined {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (line[at] === '"') {
      const end = endOfQuoted(line, at + 1);
      if (end === -1 || (end + 1 < line.length && line[end + 1] !== ",")) return undefined;
      cells.push(line.slice(at + 1, end).replaceAll('""', '"'));
      at = end + 1;
    } else {
      const comma = line.indexOf(",", at);
      const end = comma === -1 ? line.length : comma;
      cells.push(line.slice(at, end));
      at = end;
    }
    if (at >= line.length) return cells;
    at++;
  }
}

/** The closing quote, searched from after the opening one; -1 when there is none. */
function endOfQuoted(line: string, from: number): number {
  for (let at = line.indexOf('"', from); at !== -1; at = line.indexOf('"', at + 2)) {
    if (line[at + 1] !== '"') return at;
  }
  return -1;
}
