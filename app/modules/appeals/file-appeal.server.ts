import type { DateTime } from "luxon";
import { Prisma, type Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { requestHashOf } from "~/infra/idempotency.server";
import { newReference } from "~/infra/reference.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import type { StoredEvidence } from "~/infra/uploads/receive-evidence.server";
import type { Actor } from "../access/actor";
import { privateLink } from "../access/private-link.server";
import { recordAudit } from "../audit/record-audit.server";
import { recordCaseEvent } from "../cases/record-case-event.server";
import { keepEvidence } from "../intake/keep-evidence.server";
import { lockAccount } from "../platforms/account.server";
import { platformTerms } from "../platforms/terms.queries.server";
import { appealDueAt, isLateAppeal } from "./appeal";
import { appealsAgainst, findAppealByKey, insertAppeal, loadAction } from "./appeal.repo.server";
import { barsAppeal, endedBy, toldEnding, type AppealChannel, type NoAppeal } from "./appealable";
import type { FileAppealInput } from "./file-appeal.schema";
import { tellAppellant } from "./tell-appellant.server";

export interface FiledAppeal {
  appealId: string;
  reference: string;
  late: boolean;
  /** False when this form had been sent before: nothing was done again. */
  isNew: boolean;
}

export type Filing = FileAppealInput & {
  accountId: string;
  channel: AppealChannel;
  /** When it reached us, where that was before it could be matched to an action: the clock of the answer runs from then. */
  filedAt?: DateTime;
};

type Filer = Extract<Actor, { kind: "account_holder" | "staff" | "public" }>;

/**
 * Files an appeal against one action (CF-AUP 7.3), with the receipt that names the day of the answer.
 *
 * A late one is filed as late: only a person may refuse it for that. The account's lock puts two filings at the same
 * moment in order; the database's index of live appeals would refuse the second in any case.
 */
export async function fileAppeal(deps: Deps, actor: Filer, input: Filing, files: readonly StoredEvidence[] = []): Promise<Result<FiledAppeal, NoAppeal>> {
  try {
    return await transact(deps.db, (tx) => enactFiling(tx, deps, actor, input, files));
  } catch (error) {
    if (isSecondLiveAppeal(error)) return refuse("appeal_live");
    throw error;
  }
}

/** The filing in the caller's transaction. */
export async function enactFiling(tx: Tx, deps: Deps, actor: Filer, input: Filing, files: readonly StoredEvidence[] = []): Promise<Result<FiledAppeal, NoAppeal>> {
  const now = deps.clock();
  const filedAt = input.filedAt ?? now;
  // A form that was changed and sent again, from a page somebody went back to, is another one: what was changed must not get lost.
  const content = requestHashOf([input.actionId, input.explanation, ...files.map(({ sha256 }) => sha256)]);
  const key = `${input.accountId}:${input.idempotencyKey}:${content}`;
  const account = await lockAccount(tx, input.accountId);
  const again = await findAppealByKey(tx, key);
  if (again) return { ok: true, appealId: again.id, reference: again.reference, late: again.late, isNew: false };
  const action = await loadAction(tx, input.actionId);
  if (!account || action?.accountId !== account.id) return refuse("not_found");
  const told = toldEnding(action.ending, now);
  const barred = barsAppeal({ ...action, ...told }, await appealsAgainst(tx, action.id), input.channel);
  if (barred) return refuse(barred);

  const terms = await platformTerms(tx, account.platformId);
  const appeal = {
    id: newId(),
    reference: newReference("AP"),
    platformId: account.platformId,
    accountId: account.id,
    actionId: action.id,
    channel: input.channel,
    late: isLateAppeal(filedAt, action.appealClosesAt),
    explanation: input.explanation,
    filedAt: filedAt.toJSDate(),
    confirmedAt: input.channel === "link" ? filedAt.toJSDate() : null,
    dueAt: appealDueAt(filedAt, terms.appealSlaBusinessDays, terms.calendar).toJSDate(),
    idempotencyKey: key,
  };
  await insertAppeal(tx, appeal);
  await keepEvidence(tx, actor, { appealId: appeal.id }, files, now);
  const { reference, late, dueAt } = appeal;
  await recordAudit(tx, actor, {
    type: "appeal.filed", at: now, platformId: account.platformId, accountId: account.id, caseId: action.caseId,
    appealId: appeal.id, actionId: action.id, channel: input.channel, late, dueAt: dueAt.toISOString(), files: files.length,
  });
  await recordCaseEvent(tx, actor, { caseId: action.caseId, at: now, event: { kind: "appeal_filed", data: { appealId: appeal.id, reference } } });
  const standingUrl = await privateLink(tx, deps, { purpose: "account_standing", accountId: account.id }, now);
  const props = { reference, filedAt: appeal.filedAt, dueBefore: dueAt, reviewBusinessDays: terms.appealSlaBusinessDays, late, endedAt: endedBy({ ...action.ending, ...told }, now), unconfirmed: input.channel === "form", standingUrl: input.channel === "form" ? `${standingUrl}#appeal-${appeal.id}` : standingUrl };
  const appellant = { ...appeal, appealId: appeal.id, caseId: action.caseId, language: account.language };
  await tellAppellant(tx, deps, appellant, { content: { template: "appeal_receipt", props }, occasion: "receipt", at: now });
  return { ok: true, appealId: appeal.id, reference, late, isNew: true };
}

const isSecondLiveAppeal = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002" && JSON.stringify(error.meta ?? {}).includes("action_id");
