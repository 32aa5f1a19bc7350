import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { newId } from "~/infra/id";
import { readWhole, type FileStore, type StoredFile } from "~/infra/storage.server";
import { sanitiseFileName } from "~/infra/text";
import { lookInto, type LookedInto } from "~/infra/uploads/examine-file.server";
import { recordAudit } from "../audit/record-audit.server";
import { drawPages } from "../intake/draw-pages.server";
import { triable, triedInVain, triesAreOver } from "../intake/evidence-tries.server";
import type { MailDeps } from "./bounded-parser.server";
import { mailHtmlDocument } from "./mail-html";
import { renderMail } from "./mail-rendition";
import type { MailAttachment, MessageContents } from "./message-contents";

const maker = { kind: "system", name: "mail.received" } as const;
const step = { actorKind: "system", actorId: maker.name } as const;
/** Of the pictures inside one HTML document; the others are looked at beside it. */
const mostPictureBytes = 4 * 1024 * 1024;
const batch = 50;

interface Part extends StoredFile {
  mediaType: string;
  fileName: string;
  rendition: { sha256: string; mediaType: string } | null;
}

interface Made {
  text: string;
  html: string | null;
  parts: Part[];
}

/**
 * Keeps what people look at beside a stored mail, once: its text, its HTML, sanitised, and everything attached to it as an evidence
 * file of its own, each with its link in the chain of custody. A mail that cannot be read has none; its original stands by itself.
 *
 * @returns whether any were made
 */
export async function keepMailRenditions(deps: MailDeps, { mailId }: { mailId: string }): Promise<boolean> {
  const original = await deps.db.evidenceFile.findUnique({ where: { mailId }, select: { id: true, sha256: true, renderedAt: true, deletedAt: true } });
  if (!original || original.renderedAt || original.deletedAt) return false;
  const made = await make(deps, await readWhole(deps.storage, original.sha256));
  const at = deps.clock();
  const parts = await deps.db.$transaction((tx) => save(tx, original.id, made, at));
  if (!parts) return false;
  for (const { id, mediaType } of parts) if (mediaType === "application/pdf") await drawPages(deps, { fileId: id });
  return made !== null;
}

/** Catches up with mails whose job died between settling and this. */
export async function keepWaitingMailRenditions(deps: MailDeps): Promise<number> {
  let [done, after] = [0, "00000000-0000-0000-0000-000000000000"];
  for (;;) {
    const due = await deps.db.evidenceFile.findMany({ where: { mail: { state: { not: "received" } }, renderedAt: null, deletedAt: null, id: { gt: after }, ...triable("render", deps.clock()) }, orderBy: { id: "asc" }, take: batch, select: { id: true, mailId: true } });
    for (const { id, mailId } of due) {
      try {
        if (await keepMailRenditions(deps, { mailId: mailId! })) done += 1;
      } catch (error) {
        deps.log.error({ err: error, mailId }, "nothing could be made of a mail to look at");
        await triedInVain(deps, id, "render");
      }
    }
    if (due.length < batch) return done;
    after = due.at(-1)!.id;
  }
}

/** Null: the mail cannot be read. */
async function make({ parser, storage }: MailDeps, bytes: Buffer): Promise<Made | null> {
  const whole = await parser.whole(bytes);
  const parsed = whole.ok ? whole : await parser.parse(bytes);
  if (!parsed.ok) return null;
  // What came with it may be what took too much: its text can be looked at all the same.
  const contents: MessageContents = whole.ok ? whole.contents : { attachments: [], more: false, html: null };
  const parts: Part[] = [];
  const pictures = new Map<string, string>();
  let pictureBytes = 0;
  for (const [index, attachment] of contents.attachments.entries()) {
    const content = Buffer.from(attachment.bytes);
    const looked = await lookInto(content);
    parts.push(await keepPart(storage, content, looked, attachment, index + 1));
    if (!attachment.contentId || looked.rendition?.mediaType !== "image/webp") continue;
    pictureBytes += looked.rendition.bytes.length;
    if (pictureBytes <= mostPictureBytes) pictures.set(attachment.contentId, `data:image/webp;base64,${looked.rendition.bytes.toString("base64")}`);
  }
  const put = async (text: string) => (await storage.put(Buffer.from(text, "utf8"))).sha256;
  return { text: await put(renderMail(parsed.message)), html: contents.html === null ? null : await put(mailHtmlDocument(contents.html, pictures)), parts };
}

async function keepPart(storage: FileStore, content: Buffer, { mediaType, rendition }: LookedInto, { filename }: MailAttachment, number: number): Promise<Part> {
  const stored = await storage.put(content);
  const shown = rendition && (await storage.put(rendition.bytes));
  return { ...stored, mediaType, fileName: filename ? sanitiseFileName(filename) : `attachment-${number}`, rendition: rendition && shown ? { sha256: shown.sha256, mediaType: rendition.mediaType } : null };
}

/** @returns what was attached; null: somebody else was first, or the mail is gone */
async function save(tx: Tx, originalId: string, made: Made | null, at: DateTime): Promise<{ id: string; mediaType: string }[] | null> {
  const now = at.toJSDate();
  const [original] = await tx.$queryRaw<{ reportId: string | null; reportMessageId: string | null; appealId: string | null; platformId: string; shown: boolean }[]>`
    SELECT f.report_id AS "reportId", f.report_message_id AS "reportMessageId", f.appeal_id AS "appealId", m.platform_id AS "platformId", f.rendition_sha256 IS NOT NULL AS shown
      FROM evidence_file f JOIN received_mail m ON m.id = f.mail_id WHERE f.id = ${originalId}::uuid AND f.rendered_at IS NULL AND f.deleted_at IS NULL FOR UPDATE OF f`;
  if (!original) return null;
  await triesAreOver(tx, originalId, "render");
  const { platformId, shown, ...origin } = original;
  await tx.evidenceFile.update({ where: { id: originalId }, data: { renderedAt: now, ...(made && !shown ? { renditionSha256: made.text, renditionType: "text/plain" } : {}) }, select: { id: true } });
  if (!made) return [];
  if (made.html) await tx.evidenceRendition.createMany({ data: { evidenceFileId: originalId, kind: "html", number: 1, sha256: made.html, mediaType: "text/html" } });
  const madeOfMail = [...(shown ? [] : [made.text]), ...(made.html ? [made.html] : [])];
  const files = made.parts.map(({ sha256, size, mediaType, fileName, rendition }, index) => ({
    ...origin, id: newId(), partOfId: originalId, partNumber: index + 1, sha256, size, mediaType, fileName, renditionSha256: rendition?.sha256 ?? null, renditionType: rendition?.mediaType ?? null, uploadedAt: now,
  }));
  await tx.evidenceFile.createMany({ data: files });
  await tx.evidenceCustody.createMany({
    data: [
      ...madeOfMail.map((sha256) => ({ id: newId(), evidenceFileId: originalId, at: now, step: "rendition_made" as const, ...step, sha256 })),
      ...files.flatMap(({ id, sha256, renditionSha256 }) => [
        { id: newId(), evidenceFileId: id, at: now, step: "received" as const, ...step, sha256 },
        ...(renditionSha256 ? [{ id: newId(), evidenceFileId: id, at: now, step: "rendition_made" as const, ...step, sha256: renditionSha256 }] : []),
      ]),
    ],
  });
  for (const { id, sha256, size, mediaType } of files) await recordAudit(tx, maker, { type: "evidence.received", at, platformId, reportId: origin.reportId, appealId: origin.appealId, evidenceFileId: id, partOf: originalId, sha256, size, mediaType });
  return files;
}
