import { newId } from "~/infra/id";
import type { Tx } from "~/infra/db.server";
import type { Actor } from "../access/actor";
import { auditActorId, auditBody, type AuditEvent } from "./audit-event";

/**
 * Adds an entry to the audit trail, in the caller's transaction: it commits with the change it tells of, or not at
 * all. The database links it into the hash chain at commit (migration "constraints", `audit_chain`).
 */
export const recordAudit = (tx: Tx, actor: Actor, event: AuditEvent): Promise<void> => recordAudits(tx, actor, [event]);

/** Many entries at once, in their order. */
export async function recordAudits(tx: Tx, actor: Actor, events: readonly AuditEvent[]): Promise<void> {
  if (events.length === 0) return;
  const entries = events.map((event) => {
    const id = newId();
    return {
      id,
      at: event.at.toUTC().toISO(),
      type: event.type,
      platform_id: event.platformId ?? null,
      account_id: event.accountId ?? null,
      case_id: event.caseId ?? null,
      body: auditBody(id, actor, event),
    };
  });
  await tx.$executeRaw`
    INSERT INTO audit_entry (id, at, type, actor_kind, actor_id, platform_id, account_id, case_id, body)
    SELECT id, at, type, ${actor.kind}::text, ${auditActorId(actor)}::text, platform_id, account_id, case_id, body
      FROM jsonb_to_recordset(${JSON.stringify(entries)}::jsonb)
        AS entry (id uuid, at timestamptz, type text, platform_id uuid, account_id uuid, case_id uuid, body text)`;
}
