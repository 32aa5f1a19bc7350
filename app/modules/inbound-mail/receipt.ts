import { z } from "zod";
import { noticeStates } from "../notices/notice";
import type { ShownReading } from "./reading.schema";

/** How far the receipt of a mail is: to be written is not to be told, and what waits in a pause or for its turn has told nobody yet. */
export const receiptSchema = z.object({ noticeId: z.uuid(), state: z.enum(noticeStates), paused: z.boolean() });
export type Receipt = z.output<typeof receiptSchema>;

/** Why a mail got no answer, for those who ask. */
const silence: Record<string, string> = {
  null_sender: "it has no sender to answer",
  no_sender: "it has no sender to answer",
  own_address: "it came from our own address",
  daemon: "a machine sent it",
  automatic: "a machine sent it",
  list: "it came by a mailing list",
  bulk: "it was sent in bulk",
  this_hour: "its sender was told of another within the hour",
  told_before: "its sender was told of this appeal before",
};

const byState: Record<Receipt["state"], string> = {
  queued: "Not yet: the receipt waits to be sent",
  handed_over: "Yes",
  delivered: "Yes",
  bounced: "No: the receipt came back",
  failed: "No: the receipt could not be sent",
};

/** Whether its sender was told that it arrived, and why not. @param receipt null: there was none, or its keeping time was over */
export function acknowledgedWords({ acknowledged, receipt, reading: { notAcknowledged } }: { acknowledged: boolean; receipt: Receipt | null; reading: Pick<ShownReading, "notAcknowledged"> }): string {
  if (!acknowledged) return notAcknowledged ? `No: ${silence[notAcknowledged] ?? notAcknowledged}` : "No";
  if (receipt?.state === "queued" && receipt.paused) return "Not yet: sending is paused, and the receipt waits";
  return receipt ? byState[receipt.state] : "Yes";
}
