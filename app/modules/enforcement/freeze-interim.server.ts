import { DateTime } from "luxon";
import type { InterimReasons } from "#emails/interim-reasons";
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
import { withoutName } from "../transparency/public-facts";
import type { Action } from "./action.repo.server";
import { insertStatement, loadCaseFacts, noticesOfCase } from "./decision.repo.server";
import { endedBefore } from "./freeze-replacing.server";
import { publicationOf } from "./freeze-statement.server";
import { interimBasisOf, interimReasonsOf, type InterimBasis } from "./interim-basis.server";

interface Frozen {
  account: LockedAccount;
  action: Action;
  terms: Terms;
  basis: InterimBasis;
  /** What the account holder was told, at its start and since. */
  facts: string;
  /** Of a measure that lasts longer: what let it, and its new end. */
  extension?: { id: string; endsAt: DateTime<true> };
  /** The measure whose place it takes, by a ruling; the milder one may have ended with it, sooner than by its own time. */
  before?: { id: string; ended: Date | null };
  at: DateTime<true>;
  guard: LeakGuard;
}

/**
 * Freezes the statement of reasons of an interim measure, due no later than it takes effect: the message its holder is sent, and what
 * the EU's transparency database asks for (DSA 17(3)(c), 24(5)), with the end it has by itself and how far it was found and decided by
 * machine. One that lasts longer, or that a ruling made milder, has a statement in the place of the one before.
 */
export async function freezeInterim(tx: Tx, deps: Deps, frozen: Frozen, content: (standingUrl: string) => ContentOf<"interim_measure" | "appeal_ruling">): Promise<void> {
  const { account, action, terms, basis, facts, extension, at, guard } = frozen;
  const told = content(maskedLink(deps, "account_standing"));
  const rendered = await previewNotice(tx, deps, { at, platformId: account.platformId, sender: terms.letterhead, to: "", language: account.language, about: {}, content: told, dedupeKey: "", guard });
  const found = await loadCaseFacts(tx, action.caseId);
  const endsAt = extension?.endsAt ?? (frozen.before?.ended ? DateTime.fromJSDate(frozen.before.ended) : action.endsAt);
  if (!found || !endsAt || !action.startsAt) throw new Error("an interim measure without a case, a start or an end");
  const { clause, conductAt, decidedBy, detectedBy } = basis;
  const replaced = frozen.before ?? (extension && action);
  const previous = replaced && (await tx.statementOfReasons.findFirst({ where: { actionId: replaced.id, decisionId: null }, orderBy: { id: "desc" }, select: { id: true } }));
  const id = newId();
  const dsa = deriveStatement({
    puid: id,
    measure: { kind: action.kind === "suspension" ? "suspension" : "feature_restriction" },
    startsAt: action.startsAt.toUTC() as DateTime<true>,
    endsAt: endsAt.toUTC() as DateTime<true>,
    findings: [{ ...clause, conductAt }],
    facts: withoutName(facts, account.businessName),
    ...(await noticesOfCase(tx, action.caseId)),
    machineDetected: detectedBy === "machine" || detectedBy === "both",
    decidedBy,
    zone: terms.zone,
    territory: terms.transparencyTerritory,
    policyUrl: `${deps.config.publicUrl}/policies/${terms.key}/${clause.policyCode}`,
  });
  await insertStatement(tx, {
    id,
    decisionId: null,
    actionId: action.id,
    extensionId: extension?.id,
    replacesId: previous?.id,
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

type Ruled = Pick<Frozen, "account" | "terms" | "action" | "guard"> & { before: { id: string }; why: string; at: DateTime<true> };

/**
 * The same for the milder interim measure that a ruling put in the place of one, which a person decided on.
 *
 * @returns the reasons, to be sent in the message about the ruling; null where the measure is from before its ground was kept
 */
export async function freezeMilderInterim(tx: Tx, deps: Deps, { before, why, ...ruled }: Ruled, content: (reasons: InterimReasons, standingUrl: string) => ContentOf<"appeal_ruling">): Promise<InterimReasons | null> {
  const { account, terms, action, at } = ruled;
  const basis = await interimBasisOf(tx, before.id, at);
  if (!basis) return null;
  const { reason } = await tx.action.findUniqueOrThrow({ where: { id: before.id }, select: { reason: true } });
  const decided = { ...basis, decidedBy: "person" as const };
  const reasons = interimReasonsOf(decided, { account, terms, at, toldBefore: reason });
  const { ended } = await endedBefore(tx, action.id);
  await freezeInterim(tx, deps, { ...ruled, basis: decided, facts: [reason, why].join("\n\n"), before: { id: before.id, ended } }, (url) => content(reasons, url));
  return reasons;
}
