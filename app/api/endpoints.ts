import type { Deps } from "~/infra/deps.server";
import type { AnyEndpoint } from "~/infra/http/endpoint";
import type { Shortcut } from "~/infra/http/http-server";
import type { ApiScope } from "~/modules/access/api-key";
import { openGateTable, type GateTable } from "~/modules/enforcement/gate-table.server";
import { createAdmission, defaultLimits, type Admit, type ApiLimits } from "./caller";
import { openEventIntake, type EventIntake } from "~/modules/signals/event-intake.server";
import { accountEndpoint } from "./account.endpoint";
import { contactsEndpoint } from "./contacts.endpoint";
import { eventsEndpoint } from "./events.endpoint";
import { eventsShortcut } from "./events-shortcut";
import { gateBatchEndpoint, gateEndpoint } from "./gate.endpoint";
import { gateChangesEndpoint, gateSnapshotEndpoint } from "./gate-feed.endpoint";
import { gateShortcut } from "./gate-shortcut";
import { idempotency } from "./idempotency";
import { createKeyring } from "./keyring";
import { openApiEndpoint } from "./openapi.endpoint";
import { providerWebhooks } from "./provider-webhooks.endpoint";
import { reportEndpoint } from "./report.endpoint";
import { accountNoticesEndpoint, noticeReadEndpoint } from "./notices.endpoint";
import { statementBatchesEndpoint } from "./statements.endpoint";

export interface Api {
  endpoints: AnyEndpoint[];
  shortcut: Shortcut;
  table: GateTable;
  intake: EventIntake;
  close(): Promise<void>;
}

/** The addresses that the API's description tells of. */
export const endpointsFor = (gate: Admit, events: Admit, forScope: (scope: ApiScope) => Admit, table: GateTable, intake: EventIntake): AnyEndpoint[] => [
  gateEndpoint(gate, table),
  gateBatchEndpoint(gate, table, idempotency),
  gateSnapshotEndpoint(gate),
  gateChangesEndpoint(gate, table),
  accountEndpoint(forScope("account:write"), idempotency),
  contactsEndpoint(forScope("account:write"), idempotency),
  eventsEndpoint(events, intake, idempotency),
  reportEndpoint(forScope("report:write"), idempotency),
  statementBatchesEndpoint(forScope("statement:read")),
  accountNoticesEndpoint(forScope("notice:read")),
  noticeReadEndpoint(forScope("notice:read"), idempotency),
];

/** Everything under `/api/v1`, and under `/webhooks` what message providers call. */
export function openApi(deps: Deps, limits: ApiLimits = defaultLimits): Api {
  const table = openGateTable(deps);
  const keyring = createKeyring(table);
  const { forScope, forGate, forEvents, gateAllowance, eventsAllowance } = createAdmission(limits, keyring);
  const intake = openEventIntake(deps);
  const endpoints = endpointsFor(forGate(), forEvents(), forScope, table, intake);
  const close = async () => void (await Promise.all([table.close(), intake.close()]));
  const [gate, events] = [gateShortcut(deps, table, keyring, gateAllowance), eventsShortcut(deps, table, keyring, eventsAllowance, intake)];
  const shortcut: Shortcut = (...asked) => gate(...asked) || events(...asked);
  return { endpoints: [...endpoints, openApiEndpoint(endpoints), ...providerWebhooks(intake)], shortcut, table, intake, close };
}
