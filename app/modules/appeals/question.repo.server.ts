import { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { newId } from "~/infra/id";

const utc = (date: Date): DateTime<true> => DateTime.fromJSDate(date, { zone: "utc" }) as DateTime<true>;

/** A question to the appellant that is neither answered nor over. */
export interface OpenQuestion {
  id: string;
  text: string;
  askedById: string;
  askedAt: DateTime<true>;
  /** Null until one of its mails was handed over. */
  pause: { pausedAt: DateTime<true>; endsAt: DateTime<true> } | null;
}

/** The caller holds the lock of the appeal, which every change of its questions takes. */
export async function openQuestionOf(tx: Tx, appealId: string): Promise<OpenQuestion | null> {
  const row = await tx.appealQuestion.findFirst({ where: { appealId, endedAt: null } });
  if (!row) return null;
  const { id, text, askedById, askedAt, pausedAt, pauseEndsAt } = row;
  return { id, text, askedById, askedAt: utc(askedAt), pause: pausedAt && pauseEndsAt ? { pausedAt: utc(pausedAt), endsAt: utc(pauseEndsAt) } : null };
}

export async function insertQuestion(tx: Tx, question: { appealId: string; text: string; askedById: string; askedAt: DateTime }): Promise<string> {
  const id = newId();
  await tx.appealQuestion.create({ data: { id, ...question, askedAt: question.askedAt.toJSDate() }, select: { id: true } });
  return id;
}

export const setQuestionNotices = (tx: Tx, id: string, noticeIds: string[]): Promise<unknown> => tx.appealQuestion.update({ where: { id }, data: { noticeIds }, select: { id: true } });

/** Which appeal a mail's question belongs to, while it is open and its pause has not begun. */
export const appealOfQuestionMail = (tx: Tx, noticeId: string): Promise<{ id: string; appealId: string } | null> =>
  tx.appealQuestion.findFirst({ where: { noticeIds: { has: noticeId }, endedAt: null, pausedAt: null }, select: { id: true, appealId: true } });

export async function beginPause(tx: Tx, question: { id: string; appealId: string }, pause: { pausedAt: DateTime; endsAt: DateTime; dueBefore: DateTime }): Promise<void> {
  const pausedAt = pause.pausedAt.toJSDate();
  await tx.appealQuestion.update({
    where: { id: question.id },
    data: { pausedAt, pauseEndsAt: pause.endsAt.toJSDate(), dueBefore: pause.dueBefore.toJSDate() },
    select: { id: true },
  });
  // The reviewer's open form stays good: nothing they go by has changed.
  await tx.appeal.update({ where: { id: question.appealId }, data: { pausedAt }, select: { id: true } });
}

export type QuestionEnd = "answered" | "withdrawn" | "expired" | "appeal_over";

export const closeQuestion = (tx: Tx, id: string, end: { ending: QuestionEnd; endedAt: DateTime; dueAfter: DateTime | null }): Promise<unknown> =>
  tx.appealQuestion.update({ where: { id }, data: { ending: end.ending, endedAt: end.endedAt.toJSDate(), dueAfter: end.dueAfter?.toJSDate() ?? null }, select: { id: true } });
