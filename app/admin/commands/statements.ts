import { access, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { setTransparencySchema } from "~/modules/platforms/set-transparency.schema";
import { setTransparency } from "~/modules/platforms/set-transparency.server";
import { platformChoices, platformIdByKey } from "~/modules/platforms/platforms.queries.server";
import { batchFile, batchFileName } from "~/modules/transparency/batch-file";
import { exportStatements } from "~/modules/transparency/export-statements.server";
import { batchById, batchByNumber, type BatchContents } from "~/modules/transparency/statements.queries.server";
import { type Desk, operator, Refused, WrongUsage } from "../session";

export function statementCommands(program: Command, desk: Desk): void {
  const statements = program.command("statements").description("statements of reasons for the EU's transparency database");
  statements
    .command("export")
    .description("hand over everything that is ready, in files of at most 100 statements")
    .requiredOption("--out <dir>", "folder for the files; made if it is not there")
    .option("--platform <key>", "only this platform's")
    .action((options: { out: string; platform?: string }, command: Command) => desk.answer(command, () => exportAll(desk, options)));
  statements
    .command("batch")
    .description("write the file of a batch that was handed over before")
    .argument("<number>", "its number on the platform", whole)
    .requiredOption("--platform <key>", "whose batch it is")
    .requiredOption("--out <dir>", "folder for the file; made if it is not there")
    .action((number: number, options: { out: string; platform: string }, command: Command) => desk.answer(command, () => again(desk, number, options)));
  statements
    .command("scope")
    .description("say whether a platform hands over its statements, for decisions from now on")
    .requiredOption("--platform <key>", "which platform")
    .addOption(new Option("--exports <on|off>", "whether it does").choices(["on", "off"]).makeOptionMandatory())
    .option("--territory <code...>", "EU and EEA countries in which its measures apply", [])
    .requiredOption("--reason <text>", "why; it stays in the audit trail")
    .action((options: { platform: string; exports: "on" | "off"; territory: string[]; reason: string }, command: Command) => desk.answer(command, () => scope(desk, options)));
}

function whole(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("Give the number of a batch.");
  return Number(text);
}

async function save(out: string, batch: BatchContents): Promise<string> {
  const file = join(out, batchFileName(batch.platformKey, batch.number));
  await mkdir(out, { recursive: true });
  await writeFile(file, batchFile(batch.payloads));
  return file;
}

/** Before anything is marked as exported, so that a mistyped folder costs nothing. */
async function assertWritable(out: string): Promise<void> {
  try {
    await mkdir(out, { recursive: true });
    await access(out, 2);
  } catch {
    throw new WrongUsage(`Nothing can be written to ${out}.`);
  }
}

async function exportAll(desk: Desk, { out, platform }: { out: string; platform?: string }) {
  await assertWritable(out);
  return desk.withDeps(async (deps) => {
    const known = (await platformChoices(deps.db)).map(({ key }) => key);
    if (platform !== undefined && !known.includes(platform)) throw new Refused("platform_unknown");
    const files: { file: string; platform: string; number: number; statements: number }[] = [];
    let heldBack = 0;
    for (const platformKey of platform ? [platform] : known) heldBack += await exportPlatform(deps, platformKey, out, files);
    const held = heldBack > 0 ? ` ${heldBack} held back: their facts hold personal data.` : "";
    const text = files.length === 0 ? `Nothing was ready.${held}` : `${files.map(({ file, statements }) => `${file}: ${statements}`).join("\n")}\n${held}`.trimEnd();
    return { data: { files, heldBack }, text };
  });
}

async function exportPlatform(deps: Deps, platformKey: string, out: string, files: { file: string; platform: string; number: number; statements: number }[]): Promise<number> {
  for (let heldBack = 0; ; ) {
    const done = await exportStatements(deps, operator, { platformKey, idempotencyKey: newId() });
    if (!done.ok) throw new Refused(done.reason);
    heldBack += done.heldBack;
    if (!done.batch && done.heldBack > 0) continue;
    const batch = done.batch && (await batchById(deps.db, done.batch.id));
    if (!batch) return heldBack;
    files.push({ file: await save(out, batch), platform: platformKey, number: batch.number, statements: batch.payloads.length });
  }
}

async function again(desk: Desk, number: number, { out, platform }: { out: string; platform: string }) {
  await assertWritable(out);
  const file = await desk.withDeps(async (deps) => {
    const platformId = await platformIdByKey(deps.db, platform);
    const batch = platformId && (await batchByNumber(deps.db, platformId, number));
    if (!batch) throw new Refused("not_found");
    return save(out, batch);
  });
  return { data: { file }, text: file };
}

async function scope(desk: Desk, { platform, ...options }: { platform: string; exports: "on" | "off"; territory: string[]; reason: string }) {
  const parsed = setTransparencySchema.safeParse({ platformKey: platform, ...options });
  if (!parsed.success) throw new WrongUsage(parsed.error.issues.map((issue) => issue.message).join(" "));
  const set = await desk.withDeps((deps) => setTransparency(deps, operator, parsed.data));
  if (!set.ok) throw new Refused(set.reason);
  const { exports, territory } = parsed.data;
  const text = exports ? `Decisions from now on go to the transparency database${territory.length > 0 ? ` for ${territory.join(", ")}` : ""}.` : "Decisions from now on stay here.";
  return { data: { platformKey: platform, exports, territory }, text };
}
