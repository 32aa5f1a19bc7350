import { existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { build } from "vite";
import { inject } from "vitest";
import { programsOf } from "./cluster.setup";

const root = resolve(import.meta.dirname, "../..");

let program: Promise<string> | undefined;

/**
 * The victim as one file, made once in each run: it starts in a third of the time that its sources take to be read.
 * Whichever test file is first makes it, and the others wait.
 */
export const victimProgram = (): Promise<string> => (program ??= made(programsOf(inject("templateDatabase"))));

async function made(folder: string): Promise<string> {
  const file = join(folder, "done/victim.js");
  await mkdir(resolve(folder, ".."), { recursive: true });
  const isFirst = await mkdir(folder).then(
    () => true,
    () => false,
  );
  if (isFirst) {
    const aliases = { "~": "app", "#emails": "emails", "#prisma": "prisma" };
    await build({
      configFile: false,
      root,
      logLevel: "error",
      resolve: { alias: Object.fromEntries(Object.entries(aliases).map(([name, to]) => [name, join(root, to)])) },
      build: { ssr: join(root, "test/support/victim.ts"), outDir: join(folder, "making"), target: "node20", minify: false, copyPublicDir: false },
    });
    // The parser's thread is a program of its own, which is looked for beside whoever starts it.
    await writeFile(join(folder, "making/parser-thread.mjs"), `import ${JSON.stringify(pathToFileURL(join(root, "app/modules/inbound-mail/parser-thread.mjs")))};\n`);
    await rename(join(folder, "making"), join(folder, "done"));
  }
  for (let waited = 0; !existsSync(file); waited += 100) {
    if (waited > 60_000) throw new Error("the victim's program was not made within a minute");
    await sleep(100);
  }
  return file;
}
