import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type StaffActor } from "../access/actor";
import { loadEvidenceFiles } from "../cases/evidence-files.queries.server";
import type { EvidenceView } from "../cases/evidence-view";
import { openEvidence } from "../intake/open-evidence.server";
import { findReceivedMail, type MailDetail } from "./received-mail.queries.server";

export interface OpenedMail {
  mail: MailDetail;
  /** What people look at; null: there is no text, or its stored file cannot be read. */
  text: string | null;
  /** What came with it. */
  files: EvidenceView[];
}

/** Shows a mail to staff: its text is personal data, so whoever looks stands in its chain of custody and in the audit trail. */
export async function openMail(deps: Deps, actor: StaffActor, { mailId }: { mailId: string }): Promise<Result<OpenedMail, "forbidden" | "mail_unknown">> {
  if (!may(actor, "case:read")) return refuse("forbidden");
  const mail = await findReceivedMail(deps, mailId);
  if (!mail) return refuse("mail_unknown");
  const opened = mail.originalId && mail.readable ? await openEvidence(deps, actor, { fileId: mail.originalId, view: "rendition" }) : null;
  return { ok: true, mail, text: opened?.ok ? opened.bytes.toString("utf8") : null, files: await loadEvidenceFiles(deps.db, { mailId }) };
}
