import type { Deps } from "~/infra/deps.server";
import type { AnyEndpoint } from "~/infra/http/endpoint";
import type { Shortcut } from "~/infra/http/http-server";
import { openGateTable, type GateTable } from "~/modules/enforcement/gate-table.server";
import { createAdmission, defaultLimits, type ApiLimits } from "./caller";
import { accountEndpoint } from "./account.endpoint";
import { gateBatchEndpoint, gateEndpoint } from "./gate.endpoint";
import { gateChangesEndpoint, gateSnapshotEndpoint } from "./gate-feed.endpoint";
import { gateShortcut } from "./gate-shortcut";
import { idempotency } from "./idempotency";
import { createKeyring } from "./keyring";
import { reportEndpoint } from "./report.endpoint";

export interface Api {
  endpoints: AnyEndpoint[];
  shortcut: Shortcut;
  table: GateTable;
  close(): Promise<void>;
}

/** Everything under `/api/v1`. The prefix `/webhooks` is kept for what platforms and mail providers will call. */
export function openApi(deps: Deps, limits: ApiLimits = defaultLimits): Api {
  const table = openGateTable(deps);
  const keyring = createKeyring(table);
  const { forScope, forGate, gateAllowance } = createAdmission(limits, keyring);
  const gate = forGate();
  const endpoints = [
    gateEndpoint(gate, table),
    gateBatchEndpoint(gate, table, idempotency),
    gateSnapshotEndpoint(gate),
    gateChangesEndpoint(gate, table),
    accountEndpoint(forScope("account:write"), idempotency),
    reportEndpoint(forScope("report:write"), idempotency),
  ];
  return { endpoints, shortcut: gateShortcut(deps, table, keyring, gateAllowance), table, close: () => table.close() };
}
