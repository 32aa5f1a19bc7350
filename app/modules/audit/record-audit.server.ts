import { newId } from "~/infra/id";
import type { Tx } from "~/infra/db.server";
import type { Actor } from "../access/actor";
import { auditActorId, auditBody, type AuditEvent } from "./audit-event";

/**
 * Adds an entry to the audit trail, in the caller's transaction: it commits with the change it tells of, or not at
 * all. The database links it into the hash chain at commit (migration "constraints", `audit_chain`).
 */
export async function recordAudit(tx: Tx, actor: Actor, event: AuditEvent): Promise<void> {
  const id = newId();
  await tx.auditEntry.createMany({
    data: {
      id,
      at: event.at.toUTC().toJSDate(),
      type: event.type,
      actorKind: actor.kind,
      actorId: auditActorId(actor),
      platformId: event.platformId ?? null,
      accountId: event.accountId ?? null,
      caseId: event.caseId ?? null,
      body: auditBody(id, actor, event),
    },
  });
}
