import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { maskedLink } from "../access/private-link.server";
import { previewNotice } from "../notices/preview-notice.server";
import { blockersIn, withoutName } from "../transparency/public-facts";
import { deriveStatement, restrictsSomething, type DecisionFacts } from "../transparency/derive-statement";
import { personalDataIn } from "./check-personal-data.server";
import type { DecisionPlan } from "./decision-plan";
import { statementContent, type DecisionNames } from "./decision-messages";
import { insertStatement, type FrozenStatement } from "./decision.repo.server";
import type { PreparedDecision } from "./prepare-decision.server";

/**
 * Freezes the statement of reasons when the decision takes effect: the text the account holder is sent, and every field
 * the EU's transparency database asks for (DSA 17, 24(5)), whether or not the platform hands its statements to it.
 */
export async function freezeStatement(tx: Tx, deps: Deps, prepared: PreparedDecision, plan: DecisionPlan, names: DecisionNames): Promise<void> {
  const { account, at, case: found, terms } = prepared;
  const content = statementContent(prepared, plan, { ...names, standingUrl: maskedLink(deps, "account_standing") });
  const rendered = await previewNotice(tx, deps, { at, platformId: found.platformId, sender: terms.letterhead, to: "", language: account.language, about: {}, content, dedupeKey: "", guard: prepared.guard });
  const id = newId();
  const dsa = deriveStatement({ ...known(prepared, plan), puid: id, territory: terms.transparencyTerritory, policyUrl: policyUrl(deps, terms.key, prepared) });
  await insertStatement(tx, {
    id,
    decisionId: names.decisionId,
    language: rendered.language,
    content: content.props,
    subject: rendered.subject,
    text: rendered.text,
    html: rendered.html,
    issuedAt: at,
    dsa,
    publication: await publicationOf(tx, deps, { platformId: found.platformId, exported: terms.transparencyExports, accountId: account.id, caseId: found.id, references: [found.reference, names.reference], action: { kind: plan.measure.kind, noTipOff: plan.noTipOff }, dsa }),
  });
}

/** Whether a statement goes to the transparency database, by what the platform says on its day, and what holds it back. */
export async function publicationOf(
  tx: Tx,
  { crypto }: Pick<Deps, "crypto">,
  of: { platformId: string; exported: boolean; accountId: string; caseId: string; references: string[]; action: { kind: string; noTipOff: boolean }; dsa: { decision_facts: string } },
): Promise<FrozenStatement["publication"]> {
  const { platformId, exported, accountId, caseId, action, references } = of;
  const outOfScope = action.noTipOff ? "no_tip_off" : !restrictsSomething(action) ? "no_restriction" : exported ? null : "exports_off";
  const found = outOfScope === null ? await personalDataIn(tx, crypto, { caseId, accountId, ids: references, text: of.dsa.decision_facts }) : [];
  return { platformId, outOfScope, blockers: blockersIn(found) };
}

function known(prepared: PreparedDecision, plan: DecisionPlan): Omit<DecisionFacts, "puid" | "territory" | "policyUrl"> {
  const { account, case: found, input, terms, drawn } = prepared;
  const leading = prepared.findings.find(({ code }) => code === plan.recommendation.clauseCode);
  if (!leading) throw new Error("the measure rests on none of the findings");
  return {
    measure: plan.measure,
    startsAt: plan.startsAt,
    endsAt: plan.endsAt,
    findings: [leading, ...prepared.findings.filter((one) => one !== leading)],
    facts: input.outcome === "violation" ? withoutName(input.facts, account.businessName) : "",
    ...drawn,
    machineDetected: found.signalCount > 0,
    decidedBy: "person",
    zone: terms.zone,
  };
}

const policyUrl = ({ config }: Deps, platformKey: string, { findings }: PreparedDecision): string | null =>
  findings[0] ? `${config.publicUrl}/policies/${platformKey}/${findings[0].policyCode}` : null;
