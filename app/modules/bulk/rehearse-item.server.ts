import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import type { PreviewedMessage } from "../enforcement/decision-preview";
import { maskAddress, maskLinkTokens } from "../notices/notice";
import { performItem, type AtWork, type Performed } from "./perform-item.server";

/** How many items of one outcome have their messages kept for the preview. */
const samplesPerOutcome = 2;

export type SamplesTaken = Map<string, number>;

export async function samplesTaken({ db }: Pick<Deps, "db">, bulkId: string): Promise<SamplesTaken> {
  const rows = await db.$queryRaw<{ outcome: string; taken: number }[]>`
    SELECT outcome, count(*)::int AS taken FROM bulk_item WHERE bulk_id = ${bulkId}::uuid AND outcome IS NOT NULL AND sample IS NOT NULL GROUP BY outcome`;
  return new Map(rows.map(({ outcome, taken }) => [outcome, taken]));
}

type Rehearsed = { answer: Result<Performed, string>; messages: PreviewedMessage[] };

/**
 * Does an item and takes it back before anybody can see it: the preview is worked out by the very code that will do it.
 * Of the first items of each outcome the messages are kept.
 */
export async function rehearseItem(tx: Tx, deps: Deps, work: Pick<AtWork, "bulk" | "author" | "item">, samples: SamplesTaken): Promise<Rehearsed> {
  const answer = await inVain(deps, (inner) => performItem(inner, deps, work));
  const taken = answer.ok ? (samples.get(answer.outcome) ?? 0) : samplesPerOutcome;
  if (!answer.ok || taken >= samplesPerOutcome) return { answer, messages: [] };
  samples.set(answer.outcome, taken + 1);
  return { answer, messages: await messagesOf(deps, work) };
}

/** Runs the work and rolls it back, whatever came of it. */
async function inVain<R extends { ok: boolean }>(deps: Deps, work: (tx: Tx) => Promise<R>): Promise<R> {
  const seen: { result: R | null } = { result: null };
  await transact(deps.db, async (tx) => {
    seen.result = await work(tx);
    return refuse("rehearsed");
  });
  if (!seen.result) throw new Error("a rehearsal came to nothing");
  return seen.result;
}

async function messagesOf(deps: Deps, work: Pick<AtWork, "bulk" | "author" | "item">): Promise<PreviewedMessage[]> {
  const shown: PreviewedMessage[] = [];
  const marker = newId();
  await inVain(deps, async (tx) => {
    const answer = await performItem(tx, deps, { ...work, show: (messages) => shown.push(...messages) });
    if (answer.ok && shown.length === 0) shown.push(...(await stagedSince(tx, deps, marker, work.item.accountId, answer.caseId)));
    return answer;
  });
  return shown;
}

/** Messages staged after a marker (ids sort by time), with addresses and the keys to private pages masked. */
async function stagedSince(tx: Tx, deps: Deps, marker: string, accountId: string, caseId: string | null): Promise<PreviewedMessage[]> {
  const rows = await tx.notice.findMany({
    where: { id: { gt: marker }, OR: [{ accountId }, ...(caseId ? [{ caseId }] : [])] },
    orderBy: { id: "asc" },
    select: { accountId: true, addressSealed: true, subject: true, textSealed: true, language: true },
  });
  return rows.map(({ accountId: holder, addressSealed, subject, textSealed, language }) => ({
    audience: holder ? "account_holder" : "reporter",
    to: maskAddress(deps.crypto.open(addressSealed, "notice.address")),
    subject,
    text: maskLinkTokens(deps.crypto.open(textSealed, "notice.text")),
    language,
  }));
}
