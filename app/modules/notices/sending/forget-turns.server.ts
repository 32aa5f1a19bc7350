import type { Deps } from "~/infra/deps.server";
import { inBatches } from "~/infra/purge.server";

/** A mail server that has not heard of us for a month does not know us any more: its domain is warmed up anew. */
export const forgetTurns = ({ db, clock }: Pick<Deps, "db" | "clock">): Promise<number> =>
  inBatches((limit) => db.$executeRaw`
    DELETE FROM notice_turn WHERE (domain, lane) IN (
      SELECT domain, lane FROM notice_turn WHERE free_at < ${clock().minus({ days: 30 }).toJSDate()} ORDER BY free_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`);
