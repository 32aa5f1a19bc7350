import { createHash } from "node:crypto";
import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { confidentialOfAccount } from "../intake/confidential.queries.server";
import { findLeaks, type Confidential, type Known, type Leak } from "../notices/leak-check";
import { findingOf, judgeFindings, type ConfirmedLeak, type Finding, type Judged, type LeakConfirmation, type LeakGuard } from "../notices/leak-guard";
import { personalMarks } from "../notices/personal-marks";
import { accountHolder, type Holder } from "../platforms/account-contacts.server";

type Subject = { caseId: string; accountId: string };

/** What could identify anybody who reported the account, in this case or another (rule of procedure 8), and what its holder knows anyway. */
async function secretsOf(tx: Tx, crypto: Deps["crypto"], of: Subject, holder: Holder | null): Promise<{ secret: Confidential; known: Known }> {
  const { accountsOwnTexts, ...secret } = await confidentialOfAccount(tx, crypto, of);
  const { businessName, emails, phones, platformNames } = holder ?? (await accountHolder(tx, crypto, of.accountId));
  return { secret, known: { values: [businessName, ...emails, ...phones, ...platformNames], texts: accountsOwnTexts } };
}

const tokenOf = (text: string, { kind, found }: Leak): string => createHash("sha256").update(JSON.stringify([kind, found, text])).digest("base64url");

/**
 * The guard every message to an account holder passes: one for each transaction, so that what reporters sent is opened
 * once however many texts there are. `holder`: what the command has read of them already.
 */
export function leakGuard(tx: Tx, crypto: Deps["crypto"], of: Subject, confirmations: readonly LeakConfirmation[] = [], holder: Holder | null = null): LeakGuard {
  let secrets: ReturnType<typeof secretsOf> | null = null;
  const judged = new Map<string, Judged>();
  return {
    async judge(text) {
      const before = judged.get(text);
      if (before) return before;
      const { secret, known } = await (secrets ??= secretsOf(tx, crypto, of, holder));
      const findings = findLeaks(text, secret, known).map((leak) => findingOf(text, leak, tokenOf(text, leak)));
      const now = judgeFindings(findings, confirmations);
      judged.set(text, now);
      return now;
    },
  };
}

const nameAlone = (name: string): Confidential => ({ names: [name], emails: [], phones: [], reportIds: [], reporterTexts: [] });

/**
 * What in a text for somebody who is not known to hold any account could identify whoever reported one of these, or that it is
 * one of these, and what looks like anybody's address, number or reference. `known`: their own addresses and the platform's;
 * `written`: their own words.
 */
export async function leaksOfStranger(
  tx: Tx,
  crypto: Deps["crypto"],
  { accounts, text, confirmed = [], known, written }: { accounts: readonly { id: string; businessName: string }[]; text: string; confirmed?: readonly LeakConfirmation[]; known: readonly string[]; written: readonly string[] },
): Promise<Judged> {
  const leaks = findLeaks(text, personalMarks(text, [...known, ...written]));
  for (const { id, businessName } of accounts) {
    const { accountsOwnTexts, ...secret } = await confidentialOfAccount(tx, crypto, { accountId: id, caseId: null });
    const saidIt = findLeaks(written.join("\n"), nameAlone(businessName)).length > 0;
    const names = saidIt ? secret.names : [...secret.names, businessName];
    leaks.push(...findLeaks(text, { ...secret, names }, { values: known, texts: [...accountsOwnTexts, ...written] }));
  }
  const findings = new Map(leaks.map((leak) => [tokenOf(text, leak), leak]));
  return judgeFindings([...findings].map(([token, leak]) => findingOf(text, leak, token)), confirmed);
}

/** What in a text keeps it from being sent to the account holder. */
export async function leaksIn(tx: Tx, crypto: Deps["crypto"], of: Subject & { text: string; confirmed?: readonly LeakConfirmation[] }): Promise<Finding[]> {
  return (await leakGuard(tx, crypto, of, of.confirmed).judge(of.text)).open;
}

/** Somebody answers for words the check had found. The words themselves are personal data, which the trail does not keep. */
export async function recordConfirmedLeaks(
  tx: Tx,
  actor: Actor,
  of: { at: DateTime; platformId: string; accountId: string; caseId: string; decisionId?: string; actionId?: string; appealId?: string },
  confirmed: readonly ConfirmedLeak[],
): Promise<void> {
  for (const { kind, token, reason } of confirmed) await recordAudit(tx, actor, { type: "leak.confirmed", ...of, kind, finding: token, reason });
}
