import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { maskedLink } from "../access/private-link.server";
import type { ContentOf } from "../notices/audience";
import type { LeakGuard } from "../notices/leak-guard";
import { previewNotice } from "../notices/preview-notice.server";
import type { LockedAccount } from "../platforms/account.server";
import type { Terms } from "../platforms/terms.queries.server";
import { deriveStatement } from "../transparency/derive-statement";
import type { Action } from "./action.repo.server";
import { insertStatement, loadCaseFacts, noticesOfCase } from "./decision.repo.server";
import { publicationOf } from "./freeze-statement.server";
import type { RuleBasis } from "./rule-basis.server";

interface Frozen {
  account: LockedAccount;
  action: Action;
  terms: Terms;
  basis: RuleBasis;
  at: DateTime<true>;
  guard: LeakGuard;
}

/**
 * Freezes the statement of reasons of an interim measure that rests on what a rule found: the message its holder is sent, and what
 * the EU's transparency database asks for (DSA 17(3)(c), 24(5)), which says that the detection was automated and how far the decision was.
 */
export async function freezeRuleStatement(tx: Tx, deps: Deps, { account, action, terms, basis, at, guard }: Frozen, content: (standingUrl: string) => ContentOf<"interim_measure">): Promise<void> {
  const told = content(maskedLink(deps, "account_standing"));
  const rendered = await previewNotice(tx, deps, { at, platformId: account.platformId, sender: terms.letterhead, to: "", language: account.language, about: {}, content: told, dedupeKey: "", guard });
  const found = await loadCaseFacts(tx, action.caseId);
  if (!found || !action.endsAt) throw new Error("an interim measure without a case or an end");
  const { clause, conductAt, byItself } = basis;
  const id = newId();
  const dsa = deriveStatement({
    puid: id,
    measure: { kind: action.kind === "suspension" ? "suspension" : "feature_restriction" },
    startsAt: at,
    endsAt: action.endsAt.toUTC() as DateTime<true>,
    findings: [{ ...clause, conductAt }],
    facts: action.reason,
    ...(await noticesOfCase(tx, action.caseId)),
    machineDetected: true,
    decidedBy: byItself ? "machine" : "person_on_proposal",
    zone: terms.zone,
    territory: terms.transparencyTerritory,
    policyUrl: `${deps.config.publicUrl}/policies/${terms.key}/${clause.policyCode}`,
  });
  await insertStatement(tx, {
    id,
    decisionId: null,
    actionId: action.id,
    language: rendered.language,
    content: told.props,
    subject: rendered.subject,
    text: rendered.text,
    html: rendered.html,
    issuedAt: at,
    dsa,
    publication: await publicationOf(tx, deps, { platformId: account.platformId, exported: terms.transparencyExports, accountId: account.id, caseId: action.caseId, references: [found.reference, action.reference], action, dsa }),
  });
}
