import type { DateTime } from "luxon";
import { civilDayOf } from "~/infra/civil-day";
import type { Measure } from "../enforcement/measure";
import { transparencyClass, type TransparencyClass } from "../policy/catalogue/transparency";
import { firstContentDay, lastDay, limits, type DsaStatement } from "./dsa-statement.schema";
import { contentLanguages, isTerritory, type ContentLanguage } from "./dsa-values";

/** Everything a decision knows that the transparency database asks for. */
export interface DecisionFacts {
  puid: string;
  measure: Measure | Pick<Measure, "kind">;
  startsAt: DateTime<true>;
  /** Exclusive; null: no end. */
  endsAt: DateTime<true> | null;
  /** The finding the measure rests on first, then the others. */
  findings: readonly [DecidedFinding, ...DecidedFinding[]];
  /** What the account holder was told of the facts, checked for leaks. */
  facts: string;
  /** Who drew attention to it: whether people sent notices, the strongest of them, and whether a machine did. */
  notices: "none" | "notice" | "trusted_flagger";
  machineDetected: boolean;
  /** A person who agreed to what a machine proposed decided in part by machine. */
  decidedBy: "person" | "person_on_proposal" | "machine";
  /** Languages of the messages judged, as far as they are known. */
  languages: readonly string[];
  /** The platform's zone, for days; its countries; and where its policy can be read. */
  zone: string;
  territory: readonly string[];
  policyUrl: string | null;
}

export interface DecidedFinding {
  code: string;
  area: string;
  title: string;
  body: string;
  policyTitle: string;
  versionNumber: number;
  conductAt: DateTime<true>;
}

const judgedTypes = { text: "CONTENT_TYPE_TEXT", audio: "CONTENT_TYPE_AUDIO", conduct: "CONTENT_TYPE_OTHER" } as const;

const automated = { machine: "AUTOMATED_DECISION_FULLY", person_on_proposal: "AUTOMATED_DECISION_PARTIALLY", person: "AUTOMATED_DECISION_NOT_AUTOMATED" } as const;

/**
 * The statement of reasons as the EU's transparency database takes it (DSA 17(3), 24(5)). Total: whatever can be
 * decided here comes to a statement that its rules accept. Names nobody: the notifier's identity is never given.
 */
export function deriveStatement(decision: DecisionFacts): DsaStatement {
  const classified = decision.findings.map(transparencyClass) as [TransparencyClass, ...TransparencyClass[]];
  const [leading] = classified;
  return {
    ...restrictions(decision),
    account_type: "ACCOUNT_TYPE_BUSINESS",
    ...ground(decision, classified),
    ...content(classified),
    category: leading.category,
    category_addition: unique(classified.flatMap((one) => [one.category, ...one.also])).filter((category) => category !== leading.category),
    category_specification: unique(classified.flatMap((one) => one.keywords)),
    category_specification_other: joined(classified.map((one) => one.otherKeyword)),
    territorial_scope: decision.territory.some(isTerritory) ? unique(decision.territory.filter(isTerritory)).sort() : null,
    content_language: languageOf(decision.languages),
    content_date: dayOf(earliest(decision.findings), decision.zone),
    application_date: dayOf(decision.startsAt, decision.zone),
    decision_facts: clipped(decision.facts, limits.facts),
    source_type: decision.notices === "none" ? "SOURCE_VOLUNTARY" : decision.notices === "notice" ? "SOURCE_ARTICLE_16" : "SOURCE_TRUSTED_FLAGGER",
    source_identity: null,
    automated_detection: decision.machineDetected ? "Yes" : "No",
    automated_decision: automated[decision.decidedBy],
    puid: decision.puid,
  };
}

/** A warning restricts nothing, and the law asks for statements about restrictions (DSA 17(1)). */
export const restrictsSomething = (measure: { kind: string }): boolean => measure.kind !== "warning";

type Restrictions = Pick<
  DsaStatement,
  | "decision_visibility" | "decision_visibility_other" | "end_date_visibility_restriction"
  | "decision_monetary" | "decision_monetary_other" | "end_date_monetary_restriction"
  | "decision_provision" | "end_date_service_restriction"
  | "decision_account" | "end_date_account_restriction"
>;

const nothing: Restrictions = {
  decision_visibility: null,
  decision_visibility_other: null,
  end_date_visibility_restriction: null,
  decision_monetary: null,
  decision_monetary_other: null,
  end_date_monetary_restriction: null,
  decision_provision: null,
  end_date_service_restriction: null,
  decision_account: null,
  end_date_account_restriction: null,
};

function restrictions({ measure, endsAt, zone }: DecisionFacts): Restrictions {
  const ends = endsAt && dayOf(endsAt, zone);
  switch (measure.kind) {
    case "warning":
      return { ...nothing, decision_visibility: ["DECISION_VISIBILITY_OTHER"], decision_visibility_other: "A warning on the account's record; nothing was restricted" };
    case "feature_restriction":
      return { ...nothing, decision_provision: "DECISION_PROVISION_PARTIAL_SUSPENSION", end_date_service_restriction: ends };
    case "suspension":
      return {
        ...nothing,
        decision_provision: "DECISION_PROVISION_TOTAL_SUSPENSION",
        end_date_service_restriction: ends,
        decision_account: "DECISION_ACCOUNT_SUSPENDED",
        end_date_account_restriction: ends,
      };
    case "termination":
      return { ...nothing, decision_provision: "DECISION_PROVISION_TOTAL_TERMINATION", decision_account: "DECISION_ACCOUNT_TERMINATED" };
  }
}

/** Decisions rest on the platform's own rules; a clause that forbids what the law forbids says so beside it. */
function ground({ findings, policyUrl }: DecisionFacts, classified: readonly TransparencyClass[]) {
  const cited = findings.map(({ code, title, policyTitle, versionNumber }) => `${code} ${title} (${policyTitle}, version ${versionNumber})`);
  const explained = findings.map(({ code, title, body }) => `${code}: ${body || title}`);
  return {
    decision_ground: "DECISION_GROUND_INCOMPATIBLE_CONTENT",
    decision_ground_reference_url: policyUrl !== null && policyUrl.length <= limits.short ? policyUrl : null,
    illegal_content_legal_ground: null,
    illegal_content_explanation: null,
    incompatible_content_ground: clipped(cited.join("; "), limits.short),
    incompatible_content_explanation: clipped(explained.join("\n"), limits.explanation),
    incompatible_content_illegal: classified.some((one) => one.illegal) ? "Yes" : "No",
  } as const satisfies Partial<DsaStatement>;
}

function content(classified: readonly TransparencyClass[]): Pick<DsaStatement, "content_type" | "content_type_other"> {
  const judged = unique(classified.map((one) => one.judged));
  return {
    content_type: judged.map((one) => judgedTypes[one]),
    content_type_other: judged.includes("conduct") ? "How the account used the service, not an item of content" : null,
  };
}

/** The database takes no day before its first or after its last: a restriction that outlasts it is told to last until then. */
function dayOf(at: DateTime<true>, zone: string): string {
  const on = civilDayOf(at, zone);
  return on > lastDay ? lastDay : on < firstContentDay ? firstContentDay : on;
}

const earliest = (findings: DecisionFacts["findings"]): DateTime<true> => findings.reduce((first, { conductAt }) => (+conductAt < +first ? conductAt : first), findings[0].conductAt);

function languageOf(languages: readonly string[]): ContentLanguage | null {
  const codes = unique(languages.map((language) => language.slice(0, 2).toUpperCase()));
  return codes.length === 1 ? (contentLanguages.find((known) => known === codes[0]) ?? null) : null;
}

function clipped(text: string, max: number): string {
  const whole = text.trim();
  return whole.length <= max ? whole : `${whole.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, "").trimEnd()}…`;
}

function joined(parts: readonly (string | null)[]): string | null {
  const said = unique(parts.filter((part): part is string => part !== null));
  return said.length === 0 ? null : clipped(said.join("; "), limits.short);
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
