import { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { idIn } from "~/infra/raw-sql.server";
import type { GateAction, GateFeature } from "./gate-projection";

/** A row of the gate; instants in milliseconds. */
export type GateRowOfAccount = { accountId: string; feature: string; verdict: string; reasonCode: string; startsAt: number; until: number | null; actionId: string | null };

/** What the gate says of an account and for which features, with the account's standing and active actions, which nobody changes without its lock. */
export interface AccountAtGate {
  accountId: string;
  status: string;
  present: GateFeature[];
  standing: GateRowOfAccount[];
  actions: GateAction[];
}

type ActionInJson = Omit<GateAction, "startsAt" | "endsAt"> & { startsAt: number | null; endsAt: number | null };
type AccountInJson = Omit<AccountAtGate, "actions"> & { actions: ActionInJson[] };

const instantOf = (millis: number | null): DateTime | null => (millis === null ? null : DateTime.fromMillis(millis, { zone: "utc" }));

/** The accounts as they stand at the gate. The caller holds their locks, and their platforms' with them. */
export async function accountsAtGate(tx: Tx, accountIds: readonly string[]): Promise<AccountAtGate[]> {
  const [{ accounts } = { accounts: [] }] = await tx.$queryRaw<{ accounts: AccountInJson[] }[]>`
    SELECT coalesce(json_agg(json_build_object('accountId', a.id, 'status', a.status,
             'present', (SELECT coalesce(json_agg(json_build_object('code', f.code, 'includes', f.includes) ORDER BY f.code), '[]')
                           FROM feature f WHERE f.platform_id = a.platform_id),
             'standing', (SELECT coalesce(json_agg(json_build_object('accountId', g.account_id, 'feature', g.feature, 'verdict', g.verdict, 'reasonCode', g.reason_code, 'actionId', g.action_id,
                                   'startsAt', (extract(epoch FROM g.starts_at) * 1000)::bigint, 'until', (extract(epoch FROM g.until) * 1000)::bigint)), '[]')
                            FROM gate_entry g WHERE g.account_id = a.id),
             'actions', (SELECT coalesce(json_agg(json_build_object('id', x.id, 'kind', x.kind, 'interim', x.interim, 'features', x.features, 'state', x.state,
                                  'startsAt', (extract(epoch FROM x.starts_at) * 1000)::bigint, 'endsAt', (extract(epoch FROM x.ends_at) * 1000)::bigint) ORDER BY x.id), '[]')
                           FROM action x WHERE x.account_id = a.id AND x.state = 'active'))), '[]') AS accounts
      FROM account a WHERE a.id ${idIn(accountIds)}`;
  return accounts.map((account) => ({ ...account, actions: account.actions.map((action) => ({ ...action, startsAt: instantOf(action.startsAt), endsAt: instantOf(action.endsAt) })) }));
}

const instants = ({ startsAt, until, ...row }: GateRowOfAccount) => ({ ...row, startsAt: new Date(startsAt), until: until === null ? null : new Date(until) });

export async function deleteGateRows(tx: Tx, rows: readonly GateRowOfAccount[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.$executeRaw`
    DELETE FROM gate_entry USING json_to_recordset(${JSON.stringify(rows.map(instants))}::json) AS gone ("accountId" uuid, feature text, "startsAt" timestamptz)
     WHERE account_id = gone."accountId" AND gate_entry.feature = gone.feature AND starts_at = gone."startsAt"`;
}

export async function insertGateRows(tx: Tx, rows: readonly GateRowOfAccount[], at: DateTime): Promise<void> {
  if (rows.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO gate_entry (account_id, feature, verdict, reason_code, starts_at, until, action_id, updated_at)
    SELECT "accountId", feature, verdict, "reasonCode", "startsAt", until, "actionId", ${at.toJSDate()}
      FROM json_to_recordset(${JSON.stringify(rows.map(instants))}::json)
        AS added ("accountId" uuid, feature text, verdict gate_verdict, "reasonCode" text, "startsAt" timestamptz, until timestamptz, "actionId" uuid)`;
}

/** Tells followers of the gate of accounts whose rows did not change, but what they say now. It locks the order of commits: the last thing a transaction does. */
export async function noteGateChanges(tx: Tx, accounts: readonly { id: string; platformId: string }[]): Promise<void> {
  const rows = accounts.map(({ id, platformId }) => ({ id, platformId }));
  await tx.$executeRaw`SELECT note_gate_change("platformId", id) FROM json_to_recordset(${JSON.stringify(rows)}::json) AS changed (id uuid, "platformId" uuid)`;
}
