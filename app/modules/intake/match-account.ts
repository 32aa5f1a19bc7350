import { foldName } from "~/infra/normalise";

/** What a reporter knows about the business. */
export interface Accused {
  name: string | null;
  externalId: string | null;
  hasPhone: boolean;
}

/** An account that could be meant, found by the database. */
export interface AccountCandidate {
  id: string;
  businessName: string;
  /** 0…1, trigrams of the names in common. */
  similarity: number;
  externalIdMatches: boolean;
  /** One of the given numbers is a number of this account. */
  phoneMatches: boolean;
}

export type AccountMatch =
  | { certain: true; accountId: string; by: "external_id" | "phone" | "name" }
  /** Staff decide; the likeliest first. */
  | { certain: false; suggestions: AccountCandidate[] };

/**
 * Which account a report is about. A report in the wrong account's file does harm, so only what cannot be read in two
 * ways matches by itself: the platform's own id; a number of exactly one account, unless the given name is
 * another account's; a name that is exactly one account's, unless the number is another's.
 */
export function matchAccount(accused: Accused, candidates: readonly AccountCandidate[]): AccountMatch {
  const folded = accused.name === null ? "" : foldName(accused.name);
  const byId = candidates.filter((candidate) => candidate.externalIdMatches);
  const byPhone = candidates.filter((candidate) => candidate.phoneMatches);
  const byName = folded === "" ? [] : candidates.filter((candidate) => foldName(candidate.businessName) === folded);

  const [identified] = byId;
  if (identified && byId.length === 1) return { certain: true, accountId: identified.id, by: "external_id" };

  const [called] = byPhone;
  if (called && byPhone.length === 1 && byName.every((named) => named.id === called.id)) return { certain: true, accountId: called.id, by: "phone" };

  const [named] = byName;
  if (named && byName.length === 1 && byPhone.every((other) => other.id === named.id)) return { certain: true, accountId: named.id, by: "name" };

  return { certain: false, suggestions: [...candidates].sort(likelier) };
}

const likelier = (a: AccountCandidate, b: AccountCandidate): number =>
  Number(b.phoneMatches) - Number(a.phoneMatches) || b.similarity - a.similarity || a.businessName.localeCompare(b.businessName, "en");
