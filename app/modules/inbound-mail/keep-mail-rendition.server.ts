import { newId } from "~/infra/id";
import { readWhole } from "~/infra/storage.server";
import type { MailDeps } from "./bounded-parser.server";
import { renderMail } from "./mail-rendition";

/**
 * Keeps what people look at beside a stored mail: its text, made once, with its link in the chain of custody. A mail that cannot
 * be read has none; its original stands by itself.
 *
 * @returns whether one was made
 */
export async function keepMailRendition(deps: MailDeps, { mailId }: { mailId: string }): Promise<boolean> {
  const original = await deps.db.evidenceFile.findUnique({ where: { mailId }, select: { id: true, sha256: true, renditionSha256: true, deletedAt: true, mail: { select: { state: true } } } });
  if (!original || original.renditionSha256 !== null || original.deletedAt !== null || original.mail?.state === "unreadable") return false;
  const parsed = await deps.parser.parse(await readWhole(deps.storage, original.sha256));
  if (!parsed.ok) return false;
  const { sha256 } = await deps.storage.put(Buffer.from(renderMail(parsed.message), "utf8"));
  const at = deps.clock().toJSDate();
  return deps.db.$transaction(async (tx) => {
    const { count } = await tx.evidenceFile.updateMany({ where: { id: original.id, renditionSha256: null, deletedAt: null }, data: { renditionSha256: sha256, renditionType: "text/plain" } });
    if (count > 0) await tx.evidenceCustody.createMany({ data: { id: newId(), evidenceFileId: original.id, at, step: "rendition_made", actorKind: "system", actorId: "mail.received", sha256 } });
    return count > 0;
  });
}
