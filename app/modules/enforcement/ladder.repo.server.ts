import { DateTime } from "luxon";
import type { Prisma} from "~/infra/db.server";
import { type Tx } from "~/infra/db.server";
import { newId } from "~/infra/id";
import type { Severity } from "../policy/severity";
import { ladderRungsSchema, type Ladder } from "./ladder";
import type { LadderDraft } from "./ladder-edit";

export type LadderVersion = Ladder & {
  id: string;
  effectiveFrom: DateTime;
  createdAt: DateTime;
  createdById: string | null;
  reason: string;
  orderReason: string | null;
  cancelled: { at: DateTime; byId: string | null; reason: string } | null;
};

const utc = (date: Date): DateTime => DateTime.fromJSDate(date, { zone: "utc" });

const versionOf = ({ rungs, effectiveFrom, createdAt, cancelledAt, cancelledById, cancelReason, ...row }: Prisma.LadderModel): LadderVersion => ({
  ...ladderRungsSchema.parse(rungs),
  ...row,
  effectiveFrom: utc(effectiveFrom),
  createdAt: utc(createdAt),
  cancelled: cancelledAt && { at: utc(cancelledAt), byId: cancelledById, reason: cancelReason ?? "" },
});

/** Every version of a platform's ladders, oldest first. */
export async function versionsOf(tx: Tx, platformId: string, severity?: Severity): Promise<LadderVersion[]> {
  const rows = await tx.ladder.findMany({ where: { platformId, severity }, orderBy: [{ severity: "asc" }, { version: "asc" }] });
  return rows.map(versionOf);
}

/** The version in force and the one that waits for its day, of one ladder. */
export function standingOf(versions: readonly LadderVersion[], now: DateTime): { current: LadderVersion | null; scheduled: LadderVersion | null } {
  const live = versions.filter(({ cancelled }) => cancelled === null);
  return { current: live.findLast(({ effectiveFrom }) => +effectiveFrom <= +now) ?? null, scheduled: live.find(({ effectiveFrom }) => +effectiveFrom > +now) ?? null };
}

/** The platform, locked against another change of its ladders, features or rules until the transaction ends. */
export async function lockPlatform(tx: Tx, key: string): Promise<{ id: string } | null> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`SELECT id FROM platform WHERE key = ${key} FOR NO KEY UPDATE`;
  return row ?? null;
}

export type NewLadder = LadderDraft & {
  platformId: string;
  severity: Severity;
  version: number;
  effectiveFrom: DateTime;
  createdAt: DateTime;
  createdById: string;
  reason: string;
  orderReason: string | null;
};

export async function insertLadder(tx: Tx, { firstRung, rungs, effectiveFrom, createdAt, ...row }: NewLadder): Promise<void> {
  await tx.ladder.create({ data: { id: newId(), ...row, rungs: { firstRung, rungs }, effectiveFrom: effectiveFrom.toJSDate(), createdAt: createdAt.toJSDate() }, select: { id: true } });
}

export const callOffLadder = (tx: Tx, id: string, off: { at: DateTime; byId: string; reason: string }): Promise<unknown> =>
  tx.ladder.update({ where: { id }, data: { cancelledAt: off.at.toJSDate(), cancelledById: off.byId, cancelReason: off.reason }, select: { id: true } });
