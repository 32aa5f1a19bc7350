import { poolOf } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { takenBack } from "./write-messages.server";

/** What became of one message a sender took. */
export type Mark = { id: string; reply: string; at: Date } & (
  | { as: "handed_over" }
  | { as: "failed" }
  /** It was tried, or could not be; it is due again then. What a server may have taken goes as the same text again. */
  | { as: "later"; dueAt: Date; wasTried: boolean; mayBeTaken: boolean }
  | { as: "taken_back" }
  /** Its account is closed: it rests until that is active again. */
  | { as: "resting" }
);

const restsUntil = "9999-01-01T00:00:00Z";

/** As one value: the driver quotes each element of a list by itself, which takes longer than all else it does. A reply that is kept holds no line break. */
const lines = (values: readonly string[]): string => values.join("\n");

const accepted = `
  WITH handed AS (
    UPDATE policy_notice_message m SET state = 'handed_over', smtp_reply = n.reply, handed_over_at = n.at, attempts = m.attempts + 1, sender_id = NULL, last_error = NULL
      FROM unnest(string_to_array($1, chr(10))::uuid[], string_to_array($2, chr(10)), string_to_array($3, chr(10))::timestamptz[]) AS n(id, reply, at)
     WHERE m.id = n.id AND m.state = 'queued'
    RETURNING m.id, m.campaign_id, m.account_id, m.handed_over_at)
  UPDATE policy_notice_recipient r SET state = 'notified', notified_at = h.handed_over_at, notified_by_message_id = h.id, choose_at = NULL, unreachable_at = NULL
    FROM handed h WHERE r.campaign_id = h.campaign_id AND r.account_id = h.account_id AND r.state IN ('waiting', 'unreachable')`;

const moved = `
  WITH moved AS (
    UPDATE policy_notice_message m
       SET state = n.state::notice_state, last_error = n.reply, due_at = coalesce(n.due_at, m.due_at), attempts = m.attempts + n.tried, settled_at = CASE WHEN n.state = 'failed' THEN n.at END, sender_id = NULL, has_turn = false, text_day = CASE WHEN n.may_be_taken THEN m.text_day END
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::int[], $6::timestamptz[], $8::boolean[]) AS n(id, state, reply, due_at, tried, at, may_be_taken)
     WHERE m.id = n.id AND m.state = 'queued' AND m.sender_id = $7::uuid
    RETURNING m.campaign_id, m.account_id, m.state, m.settled_at)
  UPDATE policy_notice_recipient r SET choose_at = f.settled_at
    FROM moved f WHERE f.state = 'failed' AND r.campaign_id = f.campaign_id AND r.account_id = f.account_id AND r.state = 'waiting'`;

/**
 * Writes what became of messages, those of all connections at once, so that one commit serves them all; nobody sends on before it. An
 * accepted message is accepted whoever holds it by now. Everything else is said only of what is still this sender's.
 *
 * Each kind is one statement, straight to the driver: beginning and ending a transaction around it would take as long again.
 */
export async function markMessages({ db }: Pick<Deps, "db">, senderId: string, marks: readonly Mark[]): Promise<void> {
  const handed = marks.filter(({ as }) => as === "handed_over");
  const others = marks.filter(({ as }) => as !== "handed_over");
  if (handed.length > 0) await poolOf(db).query({ name: "campaign.accepted", text: accepted, values: [lines(handed.map(({ id }) => id)), lines(handed.map(({ reply }) => reply)), lines(handed.map(({ at }) => at.toISOString()))] });
  if (others.length > 0)
    await poolOf(db).query({
      name: "campaign.moved",
      text: moved,
      values: [
        others.map(({ id }) => id),
        others.map(({ as }) => (as === "failed" || as === "taken_back" ? "failed" : "queued")),
        others.map((mark) => (mark.as === "taken_back" ? takenBack : mark.reply)),
        others.map((mark) => (mark.as === "later" ? mark.dueAt.toISOString() : mark.as === "resting" ? restsUntil : null)),
        others.map((mark) => (mark.as === "failed" || (mark.as === "later" && mark.wasTried) ? 1 : 0)),
        others.map(({ at }) => at.toISOString()),
        senderId,
        others.map((mark) => mark.as === "later" && mark.mayBeTaken),
      ],
    });
}
