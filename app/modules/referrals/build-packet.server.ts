import { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { renderPdf } from "~/infra/pdf.server";
import { refuse, type Result } from "~/infra/result";
import { signingKeysOf } from "~/infra/signing-keys.server";
import { readWhole } from "~/infra/storage.server";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { packetCover } from "./packet-cover";
import { derivedFiles, snapshotSchema, storedFiles, type Snapshot } from "./packet-content";
import { countedStream, writePacket, type PacketFile } from "./write-packet.server";

export type BuildRefusal = "not_found" | "already_built" | "not_yet";

const leaseMs = 60_000;
const reportEveryBytes = 4 * 1024 * 1024;

/** Takes a packet to be built now; while one worker holds the lease no other builds it, and a dead one loses it by itself. */
async function claim(deps: Deps, packetId: string) {
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM referral_packet WHERE id = ${packetId}::uuid FOR UPDATE`;
    const packet = await tx.referralPacket.findUnique({ where: { id: packetId }, include: { referral: true } });
    if (!packet?.snapshotSha256) return refuse("not_found");
    if (packet.state !== "queued" && packet.state !== "building") return refuse("already_built", { state: packet.state });
    const freeAt = packet.leaseUntil && DateTime.fromJSDate(packet.leaseUntil, { zone: "utc" });
    if (freeAt && freeAt > now) return refuse("not_yet", { inMs: freeAt.diff(now).toMillis() });
    await tx.referralPacket.update({ where: { id: packetId }, data: { state: "building", attempts: { increment: 1 }, leaseUntil: now.plus(leaseMs).toJSDate(), filesDone: 0, bytesDone: 0 } });
    return { ok: true as const, packet, snapshotKey: packet.snapshotSha256 };
  });
}

/**
 * Makes the packet of an approved referral and puts it into the file store. Twice, or after a crash in the middle, it
 * makes the same bytes, which are stored once; the row says when it is there.
 */
export async function buildPacket(deps: Deps, actor: Actor, { packetId }: { packetId: string }): Promise<Result<{ sha256: string }, BuildRefusal>> {
  const claimed = await claim(deps, packetId);
  if (!claimed.ok) return claimed as Extract<typeof claimed, { ok: false; reason: BuildRefusal }>;
  const snapshot = snapshotSchema.parse(JSON.parse((await readWhole(deps.storage, claimed.snapshotKey)).toString("utf8")));
  const [key] = signingKeysOf(deps.config.signingKeys);
  const progress = openProgress(deps, packetId);
  const head = { referral: snapshot.content.reference, version: snapshot.content.version, approvedAt: snapshot.signOff.approvedAt };
  const { stream } = writePacket(head, await filesOf(deps, snapshot, key.fingerprint, progress), key);
  const stored = await deps.storage.put(stream);
  const at = deps.clock();
  const { platformId, accountId, caseId, id: referralId } = claimed.packet.referral;
  await deps.db.$transaction(async (tx) => {
    const { filesTotal, bytesTotal } = claimed.packet;
    const done = await tx.referralPacket.updateMany({
      where: { id: packetId, state: "building" },
      data: { state: "ready", sha256: stored.sha256, size: stored.size, signer: key.fingerprint, builtAt: at.toJSDate(), leaseUntil: null, filesDone: filesTotal, bytesDone: bytesTotal },
    });
    if (done.count > 0) await recordAudit(tx, actor, { type: "packet.built", at, platformId, accountId, caseId, referralId, packetId, sha256: stored.sha256, size: stored.size });
  });
  return { ok: true, sha256: stored.sha256 };
}

type Progress = { passed(bytes: number): void; fileDone(): void };

async function filesOf(deps: Deps, snapshot: Snapshot, signer: string, progress: Progress): Promise<PacketFile[]> {
  const date = new Date(snapshot.signOff.approvedAt);
  const cover = await renderPdf({ title: `Referral ${snapshot.content.reference}`, language: snapshot.content.language, date, blocks: packetCover(snapshot, signer) });
  return [
    { path: "cover.pdf", bytes: cover },
    ...derivedFiles(snapshot).map(({ path, text, source }) => ({ path, source, bytes: Buffer.from(text, "utf8") })),
    ...storedFiles(snapshot.content).map((file) => {
      const open = () => {
        const source = deps.storage.read(file.sha256);
        const counted = countedStream(source, progress.passed);
        counted.once("end", () => progress.fileDone());
        return counted;
      };
      return { ...file, open };
    }),
  ];
}

/** Writes how far the work is every few megabytes, and holds the lease while it goes on. A write that fails is made up for by the next. */
function openProgress(deps: Deps, packetId: string): Progress {
  let [bytes, files, reported] = [0, 0, 0];
  const report = () => {
    reported = bytes;
    deps.db.referralPacket
      .updateMany({ where: { id: packetId, state: "building" }, data: { bytesDone: bytes, filesDone: files, leaseUntil: deps.clock().plus(leaseMs).toJSDate() } })
      .catch((error: unknown) => deps.log.warn({ err: error, packetId }, "the progress of a packet could not be written"));
  };
  return {
    passed(more) {
      bytes += more;
      if (bytes - reported >= reportEveryBytes) report();
    },
    fileDone() {
      files += 1;
      report();
    },
  };
}

/** The queue has given up: the row says so, and a person can have it tried again. */
export async function failPacket(deps: Deps, { packetId }: { packetId: string }): Promise<void> {
  await deps.db.referralPacket.updateMany({ where: { id: packetId, state: { in: ["queued", "building"] } }, data: { state: "failed", failure: "The log of the worker says why. What was approved is kept, so it can be made again.", leaseUntil: null } });
}
