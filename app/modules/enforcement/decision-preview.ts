import { z } from "zod";
import type { LeakKind } from "../notices/leak-check";
import { severities } from "../policy/severity";
import type { GateReasonCode } from "./gate-projection";
import type { Deviation, Recommendation, RungNumber } from "./ladder";
import type { Measure } from "./measure";

/** One message as it would go out; the address is masked. */
export type PreviewedMessage = { audience: "account_holder" | "reporter"; to: string; subject: string; text: string; language: string };

/** `from`: when the denial begins, where that lies ahead. */
type Verdict = { allowed: true; reasonCode: null; from: null; until: null } | { allowed: false; reasonCode: GateReasonCode; from: string | null; until: string | null };
export type GateChange = { feature: string; name: string; before: Verdict; after: Verdict };

/** What committing would do, as the composer and the approval page show it. Instants are ISO texts. */
export type DecisionPreview = {
  /** Null: no violation. */
  plan: {
    recommendation: Recommendation;
    rung: RungNumber;
    measure: Measure;
    deviation: Deviation;
    needsApproval: boolean;
    startsAt: string;
    endsAt: string | null;
    strike: { weight: number; expiresAt: string };
    lawEnforcementReferral: boolean;
  } | null;
  toAccountHolder: PreviewedMessage[];
  toReporters: PreviewedMessage[];
  reportersWithoutAddress: number;
  /** The account holder is told nothing, because a referral carries the no-tip-off flag. */
  withheld: boolean;
  accountHasNoAddress: boolean;
  interimEnding: string[];
  /** Words in the facts that look like a leak, and why the decider says they are none. */
  confirmedLeaks: { kind: LeakKind; found: string; reason: string }[];
  gate: GateChange[];
};

/** As far as a stored recommendation is read again. */
export const recommendationSchema = z.object({ rung: z.number(), countedStrikeIds: z.array(z.string()), explanation: z.string(), severity: z.enum(severities), ladderVersion: z.number() });
