import type { IdentifierKind } from "../platforms/identifier";
import type { ParametersOf } from "./rules/rule-catalogue";

/** An identifier of an account that also belongs to one whose holder may not send: what the rule looks at. */
export interface Tie {
  kind: IdentifierKind;
  /** When the account that is looked at was first known to have it. */
  since: Date;
  /** How many accounts of the platform have it, up to one more than is too common. */
  shared: number;
}

export interface BarredAccount {
  accountId: string;
  /** `since`: when it took effect or, for one that begins later, when it was decided; its holder may know it from then on. */
  action: { id: string; reference: string; since: Date };
  ties: readonly Tie[];
}

/** Those that came to light after the action was decided: accounts that were linked all along are shown to staff, and are no news. */
export const newTies = ({ action, ties }: BarredAccount): Tie[] => ties.filter((tie) => tie.since >= action.since);

/** When the account last came to share something: what is judged by the rule's version in force then. */
export const newestOf = (ties: readonly Tie[]): number => Math.max(...ties.map(({ since }) => since.getTime()));

/**
 * CF-AUP 3.5: opening an account to get around an enforcement action. A tie counts when few enough accounts have it to mean
 * anything; with fewer of them than the rule asks for, none does.
 */
export function evasionTies(barred: BarredAccount, { shared, tooCommon }: ParametersOf<"duplicate_account">): Tie[] {
  const counting = newTies(barred).filter((tie) => tie.shared <= tooCommon);
  return counting.length >= shared ? counting : [];
}
