import type { ChoiceGroup } from "~/components/inputs";
import type { Severity } from "../policy/severity";

/** What the decision form holds before it is parsed: conform's view of it. An alias, because conform indexes it. */
export type ComposerFields = {
  caseId: string;
  version: string;
  idempotencyKey: string;
  outcome: string;
  finding: string;
  findings: { clauseId: string; conductOn: string; note: string }[];
  evidence: string[];
  rung: string;
  days: string;
  features: string[];
  startsAt: string;
  justification: string;
  lawEnforcementReferral: string;
  noTipOff: string;
  facts: string;
  rationale: string;
};

/** Everything the composer shows and starts from, for one case and one person. */
export interface ComposerData {
  caseId: string;
  reference: string;
  businessName: string;
  zone: string;
  /** Today in the platform's zone: conduct cannot lie later. */
  today: string;
  /** Now in the platform's zone, as a form field reads it: nothing starts earlier. */
  localNow: string;
  clauses: ChoiceGroup[];
  /** Severity of each clause as it reads now, to show its ladder before a preview came back. */
  severityOf: Record<string, Severity>;
  /** What each rung does, by severity, in words. */
  ladders: Partial<Record<Severity, string[]>>;
  evidence: { value: string; label: string; hint: string }[];
  features: { code: string; name: string }[];
  defaults: ComposerFields;
  /** A proposal that waits for a second person: nothing else can be decided meanwhile. */
  pending: { decisionId: string; reference: string } | null;
  /** What this person proposed before and nobody agreed to: the form holds it again. */
  returned: { reference: string; how: "expired" | "rejected" | "taken_back"; reason: string } | null;
}

export const decidePath = (reference: string): string => `/cases/${encodeURIComponent(reference)}/decide`;
