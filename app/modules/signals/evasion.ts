import type { IdentifierKind } from "../platforms/identifier";

export const evasionRule = { code: "duplicate_account", version: 1 } as const;

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

/**
 * CF-AUP 3.5: opening an account to get around an enforcement action. A tie counts when it came to light after the
 * action was decided (accounts that were linked all along are shown to staff, and are no news), and when few enough
 * accounts have it to mean anything.
 */
export function evasionTies({ action, ties }: BarredAccount, tooCommon: number): Tie[] {
  return ties.filter((tie) => tie.since >= action.since && tie.shared <= tooCommon);
}
