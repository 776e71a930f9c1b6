/** JSFuck and its like: a script of brackets, `!` and `+` alone. */
export function findSymbolScript(text: string): number {
  const variables = text.indexOf("=~[];");
  if (variables >= 0) return variables;
  let at = text.indexOf("[]");
  while (at >= 0) {
    let stop = at;
    let pairs = 0;
    while (stop < text.length && SYMBOLS.includes(text.charAt(stop))) {
      if (text.charAt(stop) === "[" && text.charAt(stop + 1) === "]") pairs++;
      stop++;
    }
    if (stop - at >= 24 && pairs >= 4 && /!\[\]|\+\[\]/.test(text.slice(at, stop))) return at;
    at = text.indexOf("[]", Math.max(stop, at + 1));
  }
  return -1;
}

const SYMBOLS = "[]()!+ \n\t{}";
