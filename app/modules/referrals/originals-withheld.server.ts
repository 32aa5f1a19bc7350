import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { WithheldReason } from "../intake/open-evidence.server";

/** Why one of these originals cannot be sent to anybody: it is infected or, where there is a scanner, not looked at yet. */
export async function originalsWithheld(tx: Tx, { scanner }: Pick<Deps, "scanner">, fileIds: readonly string[]): Promise<WithheldReason | null> {
  if (fileIds.length === 0) return null;
  const files = await tx.evidenceFile.findMany({ where: { id: { in: [...fileIds] } }, select: { scanVerdict: true } });
  if (files.some(({ scanVerdict }) => scanVerdict === "infected")) return "evidence_infected";
  return scanner && files.some(({ scanVerdict }) => scanVerdict === null) ? "evidence_not_scanned" : null;
}

/** Whether a text among these waits for the scanner: it is left out until then, and would be for good once the packet is approved. */
export const textsUnscanned = async (tx: Tx, { scanner }: Pick<Deps, "scanner">, fileIds: readonly string[]): Promise<boolean> =>
  scanner !== null && (await tx.evidenceFile.count({ where: { id: { in: [...fileIds] }, mediaType: "text/plain", scanVerdict: null } })) > 0;
