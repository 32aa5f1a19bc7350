import { isConfirmable, type Leak, type LeakKind } from "./leak-check";

/** A leak as the form shows it to whoever wrote the text. */
export interface Finding {
  kind: LeakKind;
  found: string;
  /** Names this very finding in this very text: a changed text is looked at anew. */
  token: string;
  /** Whether a person may declare it to be none, with a reason. */
  confirmable: boolean;
  /** Where it stands, with a few words around it. */
  places: { line: number; before: string; after: string }[];
}

/** "This is no leak, because …", for one finding in one text. */
export interface LeakConfirmation {
  token: string;
  reason: string;
}

export type ConfirmedLeak = Pick<Finding, "kind" | "found" | "token"> & { reason: string };

/** Shortest reason that says something. */
export const shortestReason = 10;

/** Looks at texts for one account holder; what the account's reporters sent is opened at the first text and not before. */
export interface LeakGuard {
  judge(text: string): Promise<Judged>;
}

export interface Judged {
  /** What nobody has confirmed to be harmless: the text cannot go out. */
  open: Finding[];
  confirmed: ConfirmedLeak[];
}

export const leakKindNames: Record<LeakKind, string> = {
  name: "Part of a reporter’s name",
  email: "A reporter’s email address",
  mailbox: "Part of a reporter’s email address",
  phone: "A reporter’s phone number",
  phone_part: "Digits of a reporter’s phone number",
  report_id: "The reference of a report",
  quotation: "More than eight words of a report, word for word or but for one",
};

/** The same where it may be anybody's. */
export const strangerKindNames: Record<LeakKind, string> = {
  ...leakKindNames,
  name: "Part of the name of a reporter or of an account",
  email: "An email address they did not write",
  phone: "A number they did not write",
  phone_part: "Digits of a number they did not write",
  report_id: "A reference they did not write",
};

export const findingOf = (text: string, leak: Leak, token: string): Finding => ({
  kind: leak.kind,
  found: leak.found,
  token,
  confirmable: isConfirmable(leak.kind),
  places: leak.places.slice(0, 3).map(([start, end]) => ({ line: text.slice(0, start).split("\n").length, before: around(text.slice(0, start), -1), after: around(text.slice(end), 1) })),
});

const shown = 40;

function around(text: string, side: -1 | 1): string {
  const line = text.replace(/\s+/gu, " ");
  const signs = [...(side < 0 ? line.slice(-2 * shown) : line.slice(0, 2 * shown))];
  if (signs.length <= shown) return signs.join("");
  return side < 0 ? `…${signs.slice(-shown).join("")}` : `${signs.slice(0, shown).join("")}…`;
}

/** An address, a number or a report's reference stays a leak whatever anybody says; so does what was confirmed without a reason. */
export function judgeFindings(findings: readonly Finding[], confirmations: readonly LeakConfirmation[]): Judged {
  const reasons = new Map(confirmations.filter(({ reason }) => reason.trim().length >= shortestReason).map(({ token, reason }) => [token, reason.trim()]));
  const isConfirmed = ({ token, confirmable }: Finding) => confirmable && reasons.has(token);
  return {
    open: findings.filter((finding) => !isConfirmed(finding)),
    confirmed: findings.filter(isConfirmed).map(({ kind, found, token }) => ({ kind, found, token, reason: reasons.get(token)! })),
  };
}
