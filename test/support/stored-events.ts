import { createHash } from "node:crypto";
import { poolOf } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { categoryCodes, consentCodes, shardOf, typeCodes } from "~/modules/signals/event-codes";
import type { MessageEvent } from "~/modules/signals/message-event";
import { zoneSetIds } from "~/modules/signals/event-store.repo.server";
import { zoneSeparator } from "~/modules/signals/zone-sets.server";

/** Any text as the store has contacts and addresses: a UUID. */
export const asUuid = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");

/** Puts events into the store as the door does, also such as came long ago. Their accounts are ids of accounts. */
export async function storeEvents(deps: Pick<Deps, "db">, platformId: string, events: readonly MessageEvent[], receivedAt: string): Promise<void> {
  const pool = poolOf(deps.db);
  const instants = events.map(({ occurredAt }) => occurredAt);
  const dayMs = 86_400_000;
  const last = Math.max(...instants);
  for (let day = Math.min(...instants); day <= last + dayMs; day += 60 * dayMs) await pool.query("SELECT stream.prepare_days($1, $2)", [new Date(day), new Date(Math.min(last, day + 60 * dayMs))]);
  const sets = [...new Set(events.map(({ zones }) => zones.join(zoneSeparator)))].filter((set) => set !== "");
  const zoneSets = new Map(await zoneSetIds(pool, sets));
  const rows = events.map((event) => ({
    id: event.id,
    account: event.accountId,
    shard: shardOf(event.accountId),
    type: typeCodes[event.type],
    category: event.category && categoryCodes[event.category],
    contact: event.contact && asUuid(event.contact),
    at: new Date(event.occurredAt),
    zone_set: zoneSets.get(event.zones.join(zoneSeparator)) ?? null,
    template: event.templateId,
    approved: event.templateApproved,
    business: event.businessName,
    instructions: event.hasOptOutInstructions,
    method: event.consent && consentCodes[event.consent.method],
    consent_at: event.consent && new Date(event.consent.at),
    more: event.moreRequested,
    key_id: event.keyId,
    ip: event.ipHash && asUuid(event.ipHash),
  }));
  await pool.query(
    `INSERT INTO stream.message_event (occurred_at, received_at, shard, type, category, zone_set, consent_method, consent_at, template_approved, opt_out_instructions, more_requested, platform_id, account_id, contact, ip_hash, event_id, template_id, business_name, key_id)
     SELECT e.at, $2, e.shard, e.type, e.category, e.zone_set, e.method, e.consent_at, e.approved, e.instructions, e.more, $3, e.account, e.contact, e.ip, e.id, e.template, e.business, e.key_id
       FROM json_to_recordset($1::json) AS e (id text, account uuid, shard smallint, type smallint, category smallint, contact uuid, at timestamptz, zone_set smallint, template text, approved boolean, business text, instructions boolean,
                                              method smallint, consent_at timestamptz, more boolean, key_id text, ip uuid)`,
    [JSON.stringify(rows), receivedAt, platformId],
  );
}
