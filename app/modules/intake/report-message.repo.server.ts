import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { newId } from "~/infra/id";

export async function insertReportMessage(
  tx: Tx,
  message: { reportId: string; direction: "to_reporter" | "from_reporter"; text: string; staffId?: string; at: DateTime },
): Promise<string> {
  const id = newId();
  const { at, ...columns } = message;
  await tx.reportMessage.createMany({ data: { ...columns, id, createdAt: at.toJSDate() } });
  return id;
}

/** Whether the last word in the conversation is a question of ours. */
export async function hasOpenQuestion(tx: Tx, reportId: string): Promise<boolean> {
  const last = await tx.reportMessage.findFirst({ where: { reportId }, orderBy: [{ createdAt: "desc" }, { id: "desc" }], select: { direction: true } });
  return last?.direction === "to_reporter";
}
