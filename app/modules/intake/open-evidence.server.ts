import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { readWhole } from "~/infra/storage.server";
import { isScannerAway } from "~/infra/virus-scanner.server";
import { may, type StaffActor } from "../access/actor";
import { auditActorId } from "../audit/audit-event";
import { recordAudit } from "../audit/record-audit.server";
import { keepVerdict } from "./scan-evidence.server";

export interface OpenedEvidence {
  bytes: Buffer;
  mediaType: string;
  fileName: string;
  sha256: string;
}

const renditionExtension: Readonly<Record<string, string>> = { "image/webp": "webp", "text/plain": "txt", "text/html": "html" };

/** The original, or what was made of it to be looked at: its picture or text, a mail's HTML, a page of a PDF. */
export type EvidencePart = { view: "original" | "rendition" | "html" } | { view: "page"; number: number };

/** An original can hold more than it shows, such as where a picture was taken: only whose work needs it gets it. */
const originalsFor = ["case:work", "appeal:rule", "audit:read"] as const;

/**
 * Hands one evidence file to a staff member: the rendition to look at, or the original byte for byte. The bytes are
 * proven to be those that were taken in before any of them leaves, and the reading is audited and written into
 * the chain of custody.
 */
export async function openEvidence(
  deps: Deps,
  actor: StaffActor,
  input: { fileId: string } & EvidencePart,
): Promise<Result<OpenedEvidence, "forbidden" | "not_found" | "evidence_deleted" | "evidence_unreadable" | WithheldReason>> {
  const now = deps.clock();
  const file = await deps.db.evidenceFile.findUnique({
    where: { id: input.fileId },
    include: {
      report: { select: { platformId: true, accountId: true, caseId: true } },
      appeal: { select: { platformId: true, accountId: true, action: { select: { caseId: true } } } },
      mail: { select: { platformId: true } },
      partOf: { select: { mail: { select: { platformId: true } } } },
      renditions: { where: input.view === "page" ? { kind: "page", number: input.number } : { kind: "html" } },
    },
  });
  if (!may(actor, file?.appealId ? "appeal:read" : "case:read")) return refuse("forbidden");
  if (input.view === "original" && !originalsFor.some((permission) => may(actor, permission))) return refuse("forbidden");
  if (!file) return refuse("not_found");
  if (file.deletedAt) return refuse("evidence_deleted");
  const shown = partOf(file, input);
  if (!shown) return refuse("not_found");

  const bytes = await readWhole(deps.storage, shown.sha256).catch((error: unknown) => {
    deps.log.error({ err: error, evidenceFileId: file.id }, "an evidence file cannot be read");
    return null;
  });
  if (!bytes) return refuse("evidence_unreadable");
  const withheld = await whyWithheld(deps, file, input.view);
  if (withheld) return refuse(withheld);

  const step = input.view === "original" ? "downloaded" : "viewed";
  await deps.db.$transaction(async (tx) => {
    await tx.evidenceCustody.createMany({
      data: { id: newId(), evidenceFileId: file.id, at: now.toJSDate(), step, actorKind: actor.kind, actorId: auditActorId(actor), sha256: shown.sha256 },
    });
    await recordAudit(tx, actor, {
      type: `evidence.${step}`,
      at: now,
      platformId: file.report?.platformId ?? file.appeal?.platformId ?? file.mail?.platformId ?? file.partOf?.mail?.platformId,
      accountId: file.report?.accountId ?? file.appeal?.accountId,
      caseId: file.report?.caseId ?? file.appeal?.action.caseId,
      evidenceFileId: file.id,
      sha256: shown.sha256,
    });
  });
  return { ok: true, bytes, ...shown };
}

export type WithheldReason = "evidence_infected" | "evidence_not_scanned";

interface Scannable {
  id: string;
  sha256: string;
  mediaType: string;
  scanVerdict: "clean" | "infected" | null;
}

/**
 * The original of an infected file goes to nobody, and with a scanner none goes that it has not seen. A text's rendition is the text
 * itself, and goes no further; pictures, pages and mails are made anew, and can be looked at.
 */
async function whyWithheld(deps: Deps, file: Scannable, view: EvidencePart["view"]): Promise<WithheldReason | null> {
  if (view !== "original" && file.mediaType !== "text/plain") return null;
  if (file.scanVerdict) return file.scanVerdict === "infected" ? "evidence_infected" : null;
  if (!deps.scanner) return null;
  try {
    const result = await deps.scanner.scan(deps.storage.read(file.sha256) as AsyncIterable<Uint8Array>);
    await keepVerdict(deps, file.id, result);
    return result.verdict === "infected" ? "evidence_infected" : null;
  } catch (error) {
    if (!isScannerAway(error)) throw error;
    deps.log.warn({ err: error, evidenceFileId: file.id }, "the virus scanner gave no verdict on a file that was asked for");
    return "evidence_not_scanned";
  }
}

interface Stored {
  sha256: string;
  mediaType: string;
  fileName: string;
  renditionSha256: string | null;
  renditionType: string | null;
  renditions: readonly { sha256: string; mediaType: string }[];
}

function partOf(file: Stored, part: EvidencePart): Omit<OpenedEvidence, "bytes"> | null {
  if (part.view === "original") return { sha256: file.sha256, mediaType: file.mediaType, fileName: file.fileName };
  const [other] = file.renditions;
  const [sha256, mediaType] = part.view === "rendition" ? [file.renditionSha256, file.renditionType] : [other?.sha256, other?.mediaType];
  if (!sha256 || !mediaType) return null;
  const stem = `${file.fileName.replace(/\.[A-Za-z0-9]{1,8}$/, "")}${part.view === "page" ? `-${part.number}` : ""}`;
  return { sha256, mediaType, fileName: `${stem}.${renditionExtension[mediaType] ?? "bin"}` };
}
