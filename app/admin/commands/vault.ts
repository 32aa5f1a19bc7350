import type { Command } from "commander";
import { createLocalFileStore } from "~/infra/storage.server";
import { copyVault } from "~/modules/intake/copy-vault.server";
import { exitCodes, Refused, type Desk } from "../session";

export function vaultCommands(program: Command, desk: Desk): void {
  const vault = program.command("vault").description("the sealed files of evidence");
  vault
    .command("copy")
    .description("copy all files from the folder STORAGE_DIR into the bucket S3_BUCKET and prove each by its SHA-256; it can be broken off and begun again")
    .action((_options: unknown, command: Command) => desk.answer(command, () => copy(desk)));
}

async function copy(desk: Desk) {
  return desk.withDeps(async (deps) => {
    const { s3, storageDir, fieldKeys: ring } = deps.config;
    if (!s3) throw new Refused("no_bucket", "No bucket is set: give S3_BUCKET and what goes with it, and STORAGE_DIR as the folder to copy from.");
    const from = createLocalFileStore({ folder: storageDir, ring });
    try {
      const copied = await copyVault(deps, from);
      const { missing, damaged } = copied;
      const whole = `${copied.copied} files were copied, ${copied.proven} stood there already, and each was read back.`;
      if (missing.length + damaged.length === 0) return { data: copied, text: `${whole} The folder ${storageDir} is not needed any more.` };
      const open = [
        ...missing.map((key) => `missing in both places: ${key}`),
        ...damaged.map((key) => `damaged, and left as it is: ${key}`),
      ];
      return { data: copied, text: [`${whole} These were not:`, ...open].join("\n"), exitCode: exitCodes.failed };
    } finally {
      await from.close();
    }
  });
}
