import type { Command } from "commander";
import { createLocalFileStore } from "~/infra/storage.server";
import { copyVault } from "~/modules/intake/copy-vault.server";
import { type Desk, Refused } from "../session";

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
      if (copied.missing.length > 0) throw new Refused("files_missing", `${copied.copied} files were copied and ${copied.proven} stood there already, but ${copied.missing.length} are in neither place: ${copied.missing.slice(0, 5).join(", ")}`);
      return { data: copied, text: `${copied.copied} files were copied, ${copied.proven} stood there already, and each was read back. The folder ${storageDir} is not needed any more.` };
    } finally {
      await from.close();
    }
  });
}
