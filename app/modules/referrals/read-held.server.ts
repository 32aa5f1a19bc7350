import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { heldEventCounts, heldEvents, type HeldEvent } from "../signals/held-events.queries.server";

export interface HeldContact {
  kind: "email" | "phone";
  role: string;
  value: string;
  from: Date;
  to: Date;
}

/**
 * Opens what a legal hold or a preservation request keeps beyond its usual time: addresses and numbers the account is reached by no
 * more, and message events. Reading personal data is an act and leaves an audit entry (DOMAIN, rule 9).
 */
export async function readHeld(
  deps: Deps,
  actor: Actor,
  { reference, reason, limit }: { reference: string; reason: string; limit: number },
): Promise<Result<{ accountId: string; contacts: HeldContact[]; events: HeldEvent[]; eventCount: number }, "forbidden" | "not_found">> {
  if (!may(actor, "hold:manage")) return refuse("forbidden");
  return deps.db.$transaction(async (tx) => {
    const of = { where: { reference }, select: { accountId: true, caseId: true, account: { select: { platformId: true } } } } as const;
    const found = (await tx.legalHold.findUnique(of)) ?? (await tx.preservationRequest.findUnique(of));
    if (!found) return refuse("not_found");
    const { accountId, caseId, account } = found;
    const rows = await tx.heldContact.findMany({ where: { accountId }, orderBy: [{ goneAt: "desc" }, { id: "asc" }] });
    const events = await heldEvents(tx, accountId, limit);
    const eventCount = (await heldEventCounts(tx, [accountId])).get(accountId) ?? 0;
    await recordAudit(tx, actor, { type: "held_data.revealed", at: deps.clock(), platformId: account.platformId, accountId, caseId, reference, contacts: rows.length, events: events.length, reason });
    const contacts = rows.map(({ kind, role, sealed, createdAt, goneAt }) => ({ kind, role, value: deps.crypto.open(sealed, `account.${kind}`), from: createdAt, to: goneAt }));
    return { ok: true as const, accountId, contacts, events, eventCount };
  });
}
