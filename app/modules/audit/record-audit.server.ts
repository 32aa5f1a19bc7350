import { newId } from "~/infra/id";
import { Prisma, type Tx } from "~/infra/db.server";
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
      FROM json_to_recordset(${JSON.stringify(entries)}::json)
        AS entry (id uuid, at timestamptz, type text, platform_id uuid, account_id uuid, case_id uuid, body text)`;
}

/**
 * The statement that adds an entry for each row of a query, for sweeps that change so many rows that to carry them here and
 * back would cost more than to change them: the entries are those of {@link recordAudits}, made in the database.
 *
 * @param rows answers `account_id`, `case_id` and `facts`, a json object
 */
export function auditOfEach(actor: Actor, event: Pick<AuditEvent, "type" | "at" | "platformId">, rows: Prisma.Sql): Prisma.Sql {
  const [at, actorId, platformId] = [event.at.toUTC().toISO(), auditActorId(actor), event.platformId ?? null];
  // What is the same in each entry is put into words once; what differs are ids, which need no escaping, and the facts.
  const same = JSON.stringify({ at, type: event.type, actorKind: actor.kind, actorId, platformId }).slice(1, -1);
  return Prisma.sql`
    INSERT INTO audit_entry (id, at, type, actor_kind, actor_id, platform_id, account_id, case_id, body)
    SELECT id, ${at}::timestamptz, ${event.type}, ${actor.kind}, ${actorId}, ${platformId}::uuid, account_id, case_id,
           '{"id":"' || id || ${`",${same},"accountId":`}::text || coalesce('"' || account_id || '"', 'null') || ',"caseId":' || coalesce('"' || case_id || '"', 'null') || ',"facts":' || facts || '}'
      FROM (SELECT overlay(gen_random_uuid()::text PLACING ${newId().slice(0, timeAndVersion)} FROM 1 FOR ${timeAndVersion}::int)::uuid AS id, account_id, case_id, facts FROM (${rows}) changed OFFSET 0) entry`;
}

/** The characters of an id that say when it was made and of which version it is: those of one statement have them in common. */
const timeAndVersion = "01234567-0123-7".length;
