/** More than these of one shard at once are not their own doing. */
export const mostOfShard = 5;

/** Whether a trial with nothing but these accounts goes well. */
export type Trial = (accountIds: readonly string[]) => Promise<boolean>;

/**
 * Which accounts fail by themselves, found by halving. An error is taken to be theirs only if a few of several fail and
 * all others together do not: one that meets everybody, that many have, or that no single account brings about is ours or the database's.
 *
 * @returns those to set aside; empty when nobody is
 */
export async function failingAccounts(accountIds: readonly string[], goesWell: Trial): Promise<string[]> {
  const failing = await failingOf(accountIds, goesWell);
  if (failing.length === 0 || failing.length > mostOfShard) return [];
  const others = accountIds.filter((id) => !failing.includes(id));
  if (others.length === 0 && failing.length > 1) return [];
  return others.length === 0 || (await goesWell(others)) ? failing : [];
}

async function failingOf(accountIds: readonly string[], goesWell: Trial): Promise<string[]> {
  if (accountIds.length === 0 || (await goesWell(accountIds))) return [];
  if (accountIds.length === 1) return [...accountIds];
  const half = accountIds.length >> 1;
  const first = await failingOf(accountIds.slice(0, half), goesWell);
  if (first.length > mostOfShard) return first;
  return [...first, ...(await failingOf(accountIds.slice(half), goesWell))];
}
