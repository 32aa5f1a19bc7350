import type { Deps } from "~/infra/deps.server";
import { forgetFindings as forget } from "./findings.repo.server";

/** Long after nothing can come any more that changes a finding, also where reading the store was behind for days. */
const keptDays = 14;
const batch = 200;

/** Forgets findings that cannot change any more; the signals they were gathered in stay. @returns how many went */
export async function forgetFindings(deps: Pick<Deps, "db" | "clock">): Promise<number> {
  const before = deps.clock().minus({ days: keptDays }).toMillis();
  let gone = 0;
  for (;;) {
    const { groups, findings } = await deps.db.$transaction((tx) => forget(tx, before, batch), { timeout: 60_000 });
    gone += findings;
    if (groups < batch) return gone;
  }
}
