import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type StaffActor } from "../access/actor";
import { readGate } from "../enforcement/gate.queries.server";
import { maskAddress, maskLinkTokens } from "../notices/notice";
import type { RulingInput } from "./rule-on-appeal.schema";
import { enactRuling, type RulingRefusal } from "./rule-on-appeal.server";

export interface RulingPreview {
  messages: { audience: "account_holder" | "reporter"; to: string; subject: string; text: string }[];
  gate: { feature: string; before: boolean; after: boolean }[];
  strikesVoided: number;
  decisionsForReview: number;
}

/**
 * Exactly what a ruling would do and tell: the ruling itself is carried out, read, and rolled back. Links and addresses
 * are masked, because reading a reporter's address is an act of its own.
 */
export async function previewRuling(deps: Deps, actor: StaffActor, input: RulingInput): Promise<Result<{ preview: RulingPreview }, RulingRefusal>> {
  if (!may(actor, "appeal:rule")) return refuse("forbidden");
  const now = deps.clock();
  try {
    await deps.db.$transaction(async (tx) => {
      const appeal = await tx.appeal.findUnique({ where: { id: input.appealId }, select: { account: { select: { platformId: true, externalId: true } } } });
      if (!appeal) throw new RolledBack(refuse("not_found"));
      const { platformId, externalId } = appeal.account;
      const before = await readGate({ db: tx, clock: deps.clock }, platformId, externalId);
      const ruled = await enactRuling(tx, deps, actor, input, now);
      if (!ruled.ok) throw new RolledBack(ruled);
      const after = await readGate({ db: tx, clock: deps.clock }, platformId, externalId);
      const staged = await tx.$queryRaw<{ kind: string; subject: string; textSealed: string; addressSealed: string }[]>`
        SELECT kind::text AS kind, subject, text_sealed AS "textSealed", address_sealed AS "addressSealed"
          FROM notice WHERE created_at = ${now.toJSDate()} AND xmin::text = pg_current_xact_id()::xid::text
         ORDER BY kind <> 'appeal_ruling', id`;
      const preview: RulingPreview = {
        messages: staged.map(({ kind, subject, textSealed, addressSealed }) => ({
          audience: kind === "appeal_ruling" ? "account_holder" : "reporter",
          to: maskAddress(deps.crypto.open(addressSealed, "notice.address")),
          subject,
          text: maskLinkTokens(deps.crypto.open(textSealed, "notice.text")),
        })),
        gate: (before?.features ?? []).map((feature, index) => ({ feature: feature.feature, before: feature.allowed, after: after?.features[index]?.allowed ?? feature.allowed })),
        strikesVoided: ruled.strikesVoided,
        decisionsForReview: ruled.decisionsForReview.length,
      };
      throw new RolledBack({ ok: true, preview });
    });
  } catch (thrown) {
    if (thrown instanceof RolledBack) return thrown.outcome;
    throw thrown;
  }
  throw new Error("a preview never commits");
}

class RolledBack extends Error {
  constructor(readonly outcome: Result<{ preview: RulingPreview }, RulingRefusal>) {
    super("rolled back");
  }
}
