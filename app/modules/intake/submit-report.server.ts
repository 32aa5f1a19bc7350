import { z } from "zod";
import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { answerRequest, claimRequest, requestHashOf, type IdempotentRequest } from "~/infra/idempotency.server";
import { newReference } from "~/infra/reference.server";
import { refuse, type Result } from "~/infra/result";
import type { StoredEvidence } from "~/infra/uploads/receive-evidence.server";
import type { Actor } from "../access/actor";
import { mayCall } from "../access/api-key";
import { privateLink } from "../access/private-link.server";
import { recordAudit } from "../audit/record-audit.server";
import { stageNotice } from "../notices/stage-notice.server";
import { isSetAside } from "../reporters/reporter-record";
import { attachReport } from "./attach-report.server";
import { keepEvidence } from "./keep-evidence.server";
import { matchAccount } from "./match-account";
import { fieldInFuture, happenedAt, sameReportDays, sameReportText } from "./report";
import {
  findAccountCandidates,
  findReport,
  findReportedClause,
  findSameReport,
  insertReport,
  reporterOf,
  runningMute,
  type NewReport,
  type Report,
  type ReportedClause,
} from "./report.repo.server";
import { noClause, type SubmitReportInput } from "./submit-report.schema";

export interface Submitted {
  reportId: string;
  reference: string;
  /**
   * `request`: the very same form was sent before. `content`: this reporter told us the same before. In both
   * cases nothing was done twice.
   */
  repeated: "no" | "request" | "content";
  /**
   * The private page of the report; null when the words were recognised, since whoever types an address and knows the
   * words is not thereby its owner. The link is then in the mail.
   */
  statusUrl: string | null;
}

export type SubmitRefusal = "forbidden" | "platform_unknown" | "clause_unknown" | "happened_in_future" | "idempotency_key_reused" | "rate_limited";

export interface Receipt {
  /** Where the receipt goes; absent: to the reporter's address. Null: nowhere. */
  receiptTo?: string | null;
}

const rememberedSchema = z.object({ reportId: z.uuid() });

/**
 * Takes a report in: seals who sent it, recognises what was told before, finds the account, joins or opens its case,
 * and stages the receipt with the private link. While its reporter is muted it is kept and set aside instead. Files must be in the store already.
 */
export async function submitReport(
  deps: Deps,
  actor: Actor,
  input: SubmitReportInput,
  files: readonly StoredEvidence[] = [],
  { receiptTo = input.email ?? null }: Receipt = {},
): Promise<Result<Submitted, SubmitRefusal>> {
  const now = deps.clock();
  if (actor.kind === "staff" || actor.kind === "account_holder") return refuse("forbidden");
  // Mail is in our hands already: it is limited at the door, and what was taken is not lost.
  if (input.email && actor.kind !== "system") {
    const within = await deps.limits.take("report.address", input.email);
    if (!within.ok) return within;
  }
  return deps.db.$transaction(async (tx) => {
    const platform = await tx.platform.findUnique({ where: { key: input.platform }, select: { id: true, zone: true } });
    if (!platform) return refuse("platform_unknown");
    if (actor.kind === "api_key" && (actor.platformId !== platform.id || !mayCall(actor, "report:write"))) return refuse("forbidden");
    const clause = input.clause === noClause ? null : await findReportedClause(tx, platform.id, input.clause);
    if (!clause && input.clause !== noClause) return refuse("clause_unknown");
    const ahead = fieldInFuture(input.day, input.time, platform.zone, now);
    if (ahead) return refuse("happened_in_future", { field: ahead });

    const request = requestOf(actor, platform.id, input, files, now);
    const claim = await claimRequest(tx, request, rememberedSchema);
    if (claim.state === "reused") return refuse("idempotency_key_reused");
    if (claim.state === "repeated") return repeatedRequest(tx, deps, claim.response.reportId, now);

    const taken = await takeIn(tx, deps, actor, { input, files, platform, clause, now, receiptTo });
    await answerRequest(tx, request, { reportId: taken.reportId });
    return { ok: true, ...taken };
  });
}

/** A person may go back, change a word and send again: that is another request. A program that does so is mistaken. */
function requestOf(actor: Actor, platformId: string, input: SubmitReportInput, files: readonly StoredEvidence[], at: DateTime): IdempotentRequest {
  const { idempotencyKey, ...content } = input;
  const requestHash = requestHashOf([content, files.map((file) => file.sha256)]);
  const key = actor.kind === "api_key" ? `${actor.id}:${idempotencyKey}` : `${idempotencyKey}:${requestHash.slice(0, 32)}`;
  return { scope: `report.submit:${platformId}`, key, requestHash, at };
}

async function repeatedRequest(tx: Tx, deps: Deps, reportId: string, now: DateTime): Promise<Result<Submitted, never>> {
  const report = await findReport(tx, reportId);
  if (!report) throw new Error(`report ${reportId} is gone`);
  const statusUrl = await privateLink(tx, deps, { purpose: "report_status", reportId }, now);
  return { ok: true, reportId, reference: report.reference, repeated: "request", statusUrl };
}

interface Intake {
  input: SubmitReportInput;
  files: readonly StoredEvidence[];
  platform: { id: string; zone: string };
  clause: ReportedClause | null;
  now: DateTime;
  receiptTo: string | null;
}

async function takeIn(tx: Tx, deps: Deps, actor: Actor, intake: Intake): Promise<Submitted> {
  const { input, platform, now } = intake;
  const reporterId = input.email ? await reporterOf(tx, deps.crypto, platform.id, input.email, input.language, now) : null;
  const mute = reporterId && isSetAside(intake.clause?.severity ?? null) ? await runningMute(tx, reporterId, now) : null;
  const fresh = newReport(deps, actor, intake, reporterId, mute?.id ?? null);
  const same = reporterId && (await findSameReport(tx, { reporterId, platformId: platform.id, contentHash: fresh.contentHash, since: now.minus({ days: sameReportDays }) }));
  if (same) return recognised(tx, deps, same, intake);

  const report = await insertWithReference(tx, deps, fresh);
  const asReporter: Actor = actor.kind === "public" ? { kind: "reporter", reportId: report.id } : actor;
  await recordAudit(tx, asReporter, { type: "report.received", at: now, platformId: platform.id, reportId: report.id, reference: report.reference, channel: report.channel, setAsideBy: mute?.id });
  await keepEvidence(tx, asReporter, { reportId: report.id }, intake.files, now);
  if (!mute) await attachWhenCertain(tx, deps, asReporter, report, intake);
  const statusUrl = await privateLink(tx, deps, { purpose: "report_status", reportId: report.id }, now);
  await stageReceipt(tx, deps, { ...report, email: intake.receiptTo, language: input.language, platformId: platform.id, setAsideUntil: mute?.endsAt }, statusUrl, now, "first");
  return { reportId: report.id, reference: report.reference, repeated: "no", statusUrl };
}

const newReport = ({ crypto }: Deps, actor: Actor, { input, platform, clause, now }: Intake, reporterId: string | null, setAsideById: string | null): Omit<NewReport, "reference"> => ({
  platformId: platform.id,
  reporterId,
  setAsideById,
  clauseId: clause?.id ?? null,
  channel: actor.kind === "api_key" ? "api" : actor.kind === "system" ? "email" : "form",
  accusedName: input.businessName ?? input.externalId ?? null,
  accusedPhone: input.businessPhone ?? null,
  description: input.description,
  messageText: input.messageText ?? null,
  happenedAt: happenedAt(input.day, input.time, platform.zone, now),
  happenedDayOnly: input.day !== undefined && input.time === undefined,
  language: input.language,
  contentHash: crypto.lookup(
    sameReportText({
      platformId: platform.id,
      accused: [input.externalId, input.businessName, input.businessPhone].filter(Boolean).join(" "),
      clause: clause?.id ?? null,
      description: input.description,
      messageText: input.messageText ?? null,
    }),
    "content",
  ),
  receivedAt: now,
  phones: input.phones ?? [],
});

async function insertWithReference(tx: Tx, deps: Deps, fresh: Omit<NewReport, "reference">) {
  for (let tries = 0; tries < 5; tries += 1) {
    const reference = newReference("R");
    const id = await insertReport(tx, deps.crypto, { ...fresh, reference });
    if (id) return { id, reference, platformId: fresh.platformId, channel: fresh.channel, state: "received" as const };
  }
  throw new Error("no free reference was drawn");
}

/** What cannot be told apart waits for staff with suggestions; so does a report without a clause, which has no area. */
async function attachWhenCertain(tx: Tx, deps: Deps, actor: Actor, report: Pick<Report, "id" | "reference" | "platformId" | "channel" | "state">, { input, platform, clause, now }: Intake) {
  const numbers = [input.businessPhone, ...(input.phones ?? [])].filter((phone) => phone !== undefined);
  const candidates = await findAccountCandidates(tx, {
    platformId: platform.id,
    name: input.businessName ?? null,
    externalId: input.externalId ?? null,
    phoneHashes: numbers.map((phone) => deps.crypto.lookup(phone, "phone")),
  });
  const match = matchAccount({ name: input.businessName ?? null, externalId: input.externalId ?? null, hasPhone: numbers.length > 0 }, candidates);
  if (!match.certain || !clause) return;
  const attached = await attachReport(tx, actor, report, { accountId: match.accountId, clause, at: now, matchedBy: match.by });
  if (!attached.ok) throw new Error(`a new report was not attached: ${attached.reason}`);
}

/** The same words again: new files join the report, and the receipt goes out once more (once a day at most). */
async function recognised(tx: Tx, deps: Deps, report: Report, { input, files, platform, now, receiptTo }: Intake): Promise<Submitted> {
  const asReporter: Actor = { kind: "reporter", reportId: report.id };
  const added = await keepEvidence(tx, asReporter, { reportId: report.id }, files, now);
  await recordAudit(tx, asReporter, { type: "report.recognised", at: now, platformId: platform.id, accountId: report.accountId, caseId: report.caseId, reportId: report.id, filesAdded: added });
  const statusUrl = await privateLink(tx, deps, { purpose: "report_status", reportId: report.id }, now);
  await stageReceipt(tx, deps, { id: report.id, reference: report.reference, email: receiptTo, language: input.language, platformId: platform.id }, statusUrl, now, now.toISODate() ?? "");
  return { reportId: report.id, reference: report.reference, repeated: "content", statusUrl: null };
}

async function stageReceipt(
  tx: Tx,
  deps: Deps,
  report: { id: string; reference: string; email: string | null; language: string; platformId: string; setAsideUntil?: Date },
  statusUrl: string,
  now: DateTime,
  occasion: string,
): Promise<void> {
  if (!report.email) return;
  await stageNotice(tx, deps, {
    at: now,
    platformId: report.platformId,
    to: report.email,
    language: report.language,
    about: { reportId: report.id },
    content: { template: "report_receipt", props: { reference: report.reference, receivedAt: now.toJSDate(), statusUrl, setAsideUntil: report.setAsideUntil } },
    dedupeKey: `report:${report.id}:receipt:${occasion}`,
  });
}
