import type { Deps } from "~/infra/deps.server";
import { within } from "~/infra/patience";
import { answerAt, type AccountState, type PreparedAnswer } from "./gate-memory";
import { accountStates } from "./gate-feed.queries.server";
import type { GateTable } from "./gate-table.server";

export interface GateAnswerNow extends PreparedAnswer {
  /** Milliseconds; the instant the verdicts were evaluated at. */
  asOf: number;
  /** False: neither memory nor database could be shown to be current; what is denied was denied when last heard of. */
  confirmed: boolean;
}

export type GateReply = { state: "answered"; answer: GateAnswerNow } | { state: "unknown" } | { state: "unavailable" };

/** A database that takes longer to answer does not answer, as far as a platform that holds a message back is concerned. */
const patienceMs = 2_000;

/**
 * What these accounts may do, each answered from memory where memory is shown to be current and from the database
 * otherwise. When neither can be had the gate fails closed: an account known as restricted stays denied what it was
 * denied, and about everybody else nothing is said.
 */
export async function answerGate(deps: Pick<Deps, "db" | "clock" | "log">, table: GateTable, platformId: string, externalIds: readonly string[]): Promise<GateReply[]> {
  const current = await table.current();
  const known = externalIds.map((externalId) => (current ? table.find(platformId, externalId) : undefined));
  const missing = [...new Set(externalIds.filter((_id, index) => !known[index]))];
  const asOfSeq = table.seq();
  const read = missing.length === 0 ? null : await fromDatabase(deps, platformId, missing);
  const asOf = deps.clock().toMillis();

  return externalIds.map((externalId, index): GateReply => {
    const account = known[index];
    if (account) return { state: "answered", answer: { ...table.answer(account, asOf), asOf, confirmed: true } };
    if (read === "silent") return lastKnown(table, platformId, externalId, asOf);
    const state = read?.accounts.get(externalId);
    if (!read || !state) return { state: "unknown" };
    table.remember(state, asOfSeq);
    return { state: "answered", answer: { ...answerAt(read.features, state.denials, asOf), asOf, confirmed: true } };
  });
}

interface DatabaseAnswer {
  features: readonly string[];
  accounts: Map<string, AccountState>;
}

const fromDatabase = (deps: Pick<Deps, "db" | "log">, platformId: string, externalIds: readonly string[]): Promise<DatabaseAnswer | "silent"> =>
  within(
    patienceMs,
    accountStates(deps.db, platformId, externalIds).catch((error: unknown) => {
      deps.log.warn({ err: error }, "the gate cannot ask the database");
      return "silent" as const;
    }),
  );

function lastKnown(table: GateTable, platformId: string, externalId: string, asOf: number): GateReply {
  const account = table.find(platformId, externalId);
  const answer = account && table.answer(account, asOf);
  return answer?.anyDenied ? { state: "answered", answer: { ...answer, asOf, confirmed: false } } : { state: "unavailable" };
}
