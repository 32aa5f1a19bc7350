import type { DateTime } from "luxon";
import type { Actor } from "../access/actor";

type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };

/**
 * What happened, for the append-only trail (DOMAIN, rule 9): every state change, every read of personal data and
 * every configuration change. `type` is "subject.past-participle" ("appeal.ruled", "reporter.revealed"). The facts
 * beside it are ids, states, codes and written reasons; never personal data, for the trail outlives its deletion.
 */
export interface AuditEvent {
  type: `${string}.${string}`;
  at: DateTime;
  platformId?: string | null;
  accountId?: string | null;
  caseId?: string | null;
  [fact: string]: Json | DateTime;
}

/** Who is named as the cause: an id that can be looked up, never a name or address. */
export function auditActorId(actor: Actor): string | null {
  switch (actor.kind) {
    case "staff":
    case "api_key":
      return actor.id;
    case "reporter":
      return actor.reportId;
    case "account_holder":
      return actor.accountId;
    case "system":
      return actor.name;
    case "public":
      return null;
  }
}

/** The text the chain hashes. Its first keys repeat the columns, so that a changed column contradicts it. */
export function auditBody(id: string, actor: Actor, event: AuditEvent): string {
  const { type, at, platformId = null, accountId = null, caseId = null, ...facts } = event;
  return JSON.stringify({
    id,
    at: at.toUTC().toISO(),
    type,
    actorKind: actor.kind,
    actorId: auditActorId(actor),
    platformId,
    accountId,
    caseId,
    facts,
  });
}
