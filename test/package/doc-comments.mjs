import ts from "typescript";

/** Kinds of exported names, and what makes a name one of them; the first that fits. */
const KINDS = [
  ["functions", ts.SymbolFlags.Function],
  ["classes", ts.SymbolFlags.Class],
  ["types", ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias | ts.SymbolFlags.Enum],
  ["constants", ts.SymbolFlags.Variable],
  ["modules", ts.SymbolFlags.Module],
];

function isInternal(symbol) {
  return symbol.getJsDocTags().some(({ name }) => name === "internal");
}

function isHidden(declaration) {
  const flags = ts.getCombinedModifierFlags(declaration);
  return (
    (flags & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0 ||
    (declaration.name !== undefined && ts.isPrivateIdentifier(declaration.name))
  );
}

/** Public members that a class, an interface or a type of object form declares itself. */
function membersOf(symbol) {
  const members = (symbol.declarations ?? []).flatMap((declaration) => {
    if (ts.isClassDeclaration(declaration) || ts.isInterfaceDeclaration(declaration))
      return [...declaration.members];
    if (ts.isTypeAliasDeclaration(declaration) && ts.isTypeLiteralNode(declaration.type))
      return [...declaration.type.members];
    return [];
  });
  return members.filter(
    (member) => member.name !== undefined && !ts.isConstructorDeclaration(member) && !isHidden(member),
  );
}

/**
 * What the given modules export, and whether a doc comment says what it is. A member without a comment of its own has
 * that of the interface it implements, as in an editor.
 *
 * @param {readonly string[]} files entry points
 * @param {import("typescript").CompilerOptions} options
 * @returns {Map<string, { name: string, kind: string, documented: boolean, place: string }[]>} by file; members are
 *   named `Type.member`
 */
export function publicNames(files, options) {
  const program = ts.createProgram(files, options);
  const checker = program.getTypeChecker();
  const documented = (symbol) => symbol.getDocumentationComment(checker).length > 0;
  // `export * as name from …` has its comment on the statement.
  const documentedByExport = (symbol) =>
    (symbol.declarations ?? []).some(
      (declaration) =>
        ts.isNamespaceExport(declaration) && ts.getJSDocCommentsAndTags(declaration.parent).length > 0,
    );
  const placeOf = (declaration) => {
    const source = declaration.getSourceFile();
    return `${source.fileName}:${source.getLineAndCharacterOfPosition(declaration.getStart()).line + 1}`;
  };

  const namesOf = (file) => {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${file} is not a module`);
    return checker.getExportsOfModule(module).flatMap((exported) => {
      const aliased = (exported.flags & ts.SymbolFlags.Alias) !== 0;
      const symbol = aliased ? checker.getAliasedSymbol(exported) : exported;
      if (isInternal(symbol)) return [];
      const kind = KINDS.find(([, flags]) => (symbol.flags & flags) !== 0)?.[0];
      if (kind === undefined) throw new Error(`${file} exports ${exported.name}, which is of no known kind`);
      const own = {
        name: exported.name,
        kind,
        documented: documented(symbol) || documentedByExport(exported),
        place: placeOf(symbol.declarations[0]),
      };
      const members = membersOf(symbol).flatMap((member) => {
        const memberSymbol = checker.getSymbolAtLocation(member.name);
        if (memberSymbol === undefined || isInternal(memberSymbol)) return [];
        return {
          name: `${exported.name}.${memberSymbol.name}`,
          kind: "members",
          documented: documented(memberSymbol),
          place: placeOf(member),
        };
      });
      // Overloads are several declarations of one member.
      return [own, ...new Map(members.map((member) => [member.name, member])).values()];
    });
  };
  return new Map(files.map((file) => [file, namesOf(file)]));
}
