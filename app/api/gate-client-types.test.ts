import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const client = join(import.meta.dirname, "../../public/gate-client.js");

/** As `npx tsc public/gate-client.js --declaration --emitDeclarationOnly --allowJs --checkJs --strict --target es2022 --module esnext --moduleResolution bundler --types ""` writes it. */
test("the published types of the gate client are those of its code, which has no type error", () => {
  const program = ts.createProgram([client], {
    declaration: true,
    emitDeclarationOnly: true,
    allowJs: true,
    checkJs: true,
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
  });
  expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "))).toEqual([]);
  const written = new Map<string, string>();
  program.emit(undefined, (name, text) => void written.set(name, text));
  const published = client.replace(/\.js$/, ".d.ts");
  expect([...written.keys()]).toEqual([published]);
  expect(readFileSync(published, "utf8")).toBe(written.get(published));
});
