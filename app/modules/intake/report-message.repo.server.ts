import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { newId } from "~/infra/id";
import type { MessageDirection } from "../cases/message-direction";

export async function insertReportMessage(
  tx: Tx,
  message: { reportId: string; direction: MessageDirection; text: string; staffId?: string; at: DateTime },
): Promise<string> {
  const id = newId();
  const { at, ...columns } = message;
  await tx.reportMessage.createMany({ data: { ...columns, id, createdAt: at.toJSDate() } });
  return id;
}

/** Whether the last word between us and the reporter is a question of ours. */
export async function hasOpenQuestion(tx: Tx, reportId: string): Promise<boolean> {
  const last = await tx.reportMessage.findFirst({ where: { reportId, direction: { not: "from_unknown" } }, orderBy: [{ createdAt: "desc" }, { id: "desc" }], select: { direction: true } });
  return last?.direction === "to_reporter";
}
