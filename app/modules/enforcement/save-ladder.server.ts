import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { platformTerms } from "../platforms/terms.queries.server";
import { changesBetween, checkDraft, takesEffectAt, type DraftRefusal, type EffectiveRefusal } from "./ladder-edit";
import { insertLadder, lockPlatform, standingOf, versionsOf } from "./ladder.repo.server";
import type { SaveLadderInput } from "./save-ladder.schema";

export type SaveLadderRefusal = "forbidden" | "platform_unknown" | "ladder_moved" | "ladder_scheduled" | DraftRefusal | EffectiveRefusal;

/**
 * Saves a ladder as its next version, from a day that is not over (rule of procedure 1). What was decided keeps the
 * version it climbed; from its first instant on, decisions climb the new one. Of two people who edit at once the second
 * is told who was first and what they changed. While one version waits for its day there is no other.
 */
export async function saveLadder(deps: Deps, actor: StaffActor, input: SaveLadderInput): Promise<Result<{ version: number; effectiveFrom: string; atOnce: boolean }, SaveLadderRefusal>> {
  if (!may(actor, "policy:edit")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<{ version: number; effectiveFrom: string; atOnce: boolean }, SaveLadderRefusal>> => {
    const platform = await lockPlatform(tx, input.platformKey);
    if (!platform) return refuse("platform_unknown");
    const at = deps.clock();
    const terms = await platformTerms(tx, platform.id);
    const versions = await versionsOf(tx, platform.id, input.severity);
    const newest = versions.at(-1);
    if ((newest?.version ?? 0) !== input.basedOn) return refuse("ladder_moved", { version: newest?.version ?? 0, byId: newest?.createdById ?? null });
    const { current, scheduled } = standingOf(versions, at);
    if (scheduled) return refuse("ladder_scheduled", { version: scheduled.version });
    const { firstRung, rungs, strikeWeight, strikeExpiryDays, severity, reason, orderReason } = input;
    const draft = { firstRung, rungs, strikeWeight, strikeExpiryDays };
    const checked = checkDraft(draft, current, orderReason, terms.features);
    if (!checked.ok) return checked;
    const effective = takesEffectAt(input.effectiveOn, at, terms.zone);
    if (!effective.ok) return effective;
    const version = input.basedOn + 1;
    await insertLadder(tx, { ...draft, platformId: platform.id, severity, version, effectiveFrom: effective.at, createdAt: at, createdById: actor.id, reason, orderReason: orderReason || null });
    await recordAudit(tx, actor, {
      type: "ladder.saved",
      at,
      platformId: platform.id,
      severity,
      version,
      effectiveFrom: effective.at,
      reason,
      orderReason: orderReason || null,
      changes: current ? changesBetween(current, draft).map(({ what, before, after }) => `${what}: ${before} -> ${after}`) : ["first version"],
    });
    return { ok: true, version, effectiveFrom: effective.at.toISO(), atOnce: +effective.at === +at };
  });
}
