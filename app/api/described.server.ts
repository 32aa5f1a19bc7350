import { answerAt } from "~/modules/enforcement/gate-memory";
import type { GateTable } from "~/modules/enforcement/gate-table.server";
import type { EventIntake } from "~/modules/signals/event-intake.server";
import { unavailable, type Admit } from "./caller";
import { endpointsFor } from "./endpoints";
import { describeApi } from "./openapi";

const nobody: Admit = async () => ({ ok: false, answer: unavailable() });

const empty: GateTable = {
  current: async () => false,
  whenCurrent: (then) => then(null),
  ground: () => null,
  find: () => undefined,
  answer: (account, now) => answerAt([], account.denials, now),
  remember: () => null,
  seq: () => 0n,
  groundEpoch: () => 0,
  changed: async () => false,
  close: async () => undefined,
};

const noIntake: EventIntake = {
  take: async () => ({ ok: false, reason: "events_busy" }),
  takeOn: (_ground, _platformId, _raws, told) => told({ ok: false, reason: "events_busy" }),
  close: async () => undefined,
};

/** The API's description for whoever reads it as a page; the addresses it is made from admit nobody. */
export const describedApi = (publicUrl: string) => describeApi(endpointsFor(nobody, nobody, () => nobody, empty, noIntake), publicUrl);
