import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import type { StaffActor } from "../access/actor";
import { openRedacted, type OpenedRedacted } from "./open-redacted.server";
import { pdfRedactionSchema, sheetsOf } from "./pdf-redaction";
import { pictureOfSheet } from "./render-redacted-pdf.server";

/** One page of what a packet shows of a PDF, drawn from the very file that goes along. On record like every look at a rendition. */
export async function openRedactedPage(deps: Deps, actor: StaffActor, { reference, fileId, number }: { reference: string; fileId: string; number: number }): Promise<Result<OpenedRedacted, "forbidden" | "not_found" | "evidence_deleted" | "evidence_unreadable">> {
  const item = await deps.db.referralItem.findFirst({ where: { evidenceFileId: fileId, referral: { reference } }, select: { redaction: true } });
  const made = pdfRedactionSchema.safeParse(item?.redaction);
  const sheet = made.success ? sheetsOf(made.data.pages, made.data.of).findIndex((one) => "page" in one && one.page === number) + 1 : 0;
  if (sheet === 0) return refuse("not_found");
  const opened = await openRedacted(deps, actor, { reference, fileId });
  if (!opened.ok) return opened;
  const picture = await pictureOfSheet(deps, opened.bytes, sheet);
  return picture ? { ok: true, bytes: picture, sha256: opened.sha256 } : refuse("evidence_unreadable");
}
