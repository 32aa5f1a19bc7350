import type { Command } from "commander";
import { rotateKeys } from "~/infra/rotate-keys.server";
import { recordAudit } from "~/modules/audit/record-audit.server";
import { type Desk, operator, Refused } from "../session";

export function keysCommands(program: Command, desk: Desk): void {
  const keys = program.command("keys").description("the keys that protect personal data and files at rest");
  keys
    .command("rotate")
    .description("seal everything again under the first key of FIELD_KEYS, so that the older keys can be dropped")
    .action((_options: unknown, command: Command) => desk.answer(command, () => rotate(desk)));
}

async function rotate(desk: Desk) {
  return desk.withDeps(async (deps) => {
    const newest = deps.config.fieldKeys.keys[0].id;
    const rotation = await rotateKeys(deps);
    const values = Object.values(rotation.values).reduce((sum, count) => sum + count, 0);
    await deps.db.$transaction((tx) => recordAudit(tx, operator, { type: "keys.rotated", at: deps.clock(), keyId: newest, values, files: rotation.files }));
    if (rotation.missingFiles > 0) throw new Refused("files_missing", `${values} values and ${rotation.files} files are now under "${newest}", but ${rotation.missingFiles} files are not in the store.`);
    return { data: { keyId: newest, ...rotation }, text: `${values} values and ${rotation.files} files were sealed again under "${newest}". Older keys in FIELD_KEYS can be dropped; private links made under them stop working then.` };
  });
}
