import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { readWhole } from "~/infra/storage.server";
import { openSharp } from "~/infra/uploads/open-sharp.server";
import { mostDrawnPages } from "./drawn-pages";
import { triable, triedInVain, triesAreOver } from "./evidence-tries.server";

const worker = { actorKind: "system", actorId: "evidence.draw-pages" } as const;
const batch = 50;

/**
 * Draws the pages of every PDF that waits for it. One that fails is logged and tried again later, at growing distances;
 * one that is no PDF inside is done without pages.
 *
 * @returns how many are done
 */
export async function drawWaitingPages(deps: Deps): Promise<number> {
  let [done, after] = [0, "00000000-0000-0000-0000-000000000000"];
  for (;;) {
    const due = await deps.db.evidenceFile.findMany({ where: { mediaType: "application/pdf", renderedAt: null, deletedAt: null, id: { gt: after }, ...triable("draw", deps.clock()) }, orderBy: { id: "asc" }, take: batch, select: { id: true } });
    for (const { id } of due) {
      try {
        if (await drawPages(deps, { fileId: id })) done += 1;
      } catch (error) {
        deps.log.error({ err: error, evidenceFileId: id }, "the pages of a PDF could not be drawn");
        await triedInVain(deps, id, "draw");
      }
    }
    if (due.length < batch) return done;
    after = due.at(-1)!.id;
  }
}

/**
 * Makes the pictures that people look at in a PDF's place, with their links in its chain of custody. Nothing in the PDF runs.
 *
 * @returns whether it was this call that made them
 */
export async function drawPages(deps: Pick<Deps, "db" | "storage" | "pdf" | "clock">, { fileId }: { fileId: string }): Promise<boolean> {
  const file = await deps.db.evidenceFile.findUnique({ where: { id: fileId }, select: { sha256: true, mediaType: true, renderedAt: true, deletedAt: true } });
  if (!file || file.mediaType !== "application/pdf" || file.renderedAt || file.deletedAt) return false;
  const drawn: { number: number; sha256: string }[] = [];
  const original = await readWhole(deps.storage, file.sha256);
  const sharp = await openSharp();
  const read = await deps.pdf.each(original, Array.from({ length: mostDrawnPages }, (_none, index) => index + 1), "draw", async ({ number, width, height, pixels }) => {
    const picture = await sharp(pixels!, { raw: { width, height, channels: 4 } }).flatten({ background: "#ffffff" }).webp({ quality: 80 }).toBuffer();
    drawn.push({ number, sha256: (await deps.storage.put(picture)).sha256 });
  });
  const at = deps.clock().toJSDate();
  return deps.db.$transaction(async (tx) => {
    const { count } = await tx.evidenceFile.updateMany({ where: { id: fileId, renderedAt: null, deletedAt: null }, data: { renderedAt: at, pageCount: read.ok ? read.pages : null } });
    if (count === 0) return false;
    await triesAreOver(tx, fileId, "draw");
    await tx.evidenceRendition.createMany({ data: drawn.map(({ number, sha256 }) => ({ evidenceFileId: fileId, kind: "page", number, sha256, mediaType: "image/webp" })) });
    await tx.evidenceCustody.createMany({ data: drawn.map(({ sha256 }) => ({ id: newId(), evidenceFileId: fileId, at, step: "rendition_made", ...worker, sha256 })) });
    return true;
  });
}
