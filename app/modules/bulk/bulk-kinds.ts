import type { Permission } from "../access/permissions";

/** At most so many items in one bulk action. */
export const mostItems = 10_000;

export const bulkSubjects = ["case", "account", "decision"] as const;
export type BulkSubject = (typeof bulkSubjects)[number];

export const bulkKinds = ["reassign", "escalate", "note", "no_violation", "decide", "interim", "lift", "approve", "reject"] as const;
export type BulkKind = (typeof bulkKinds)[number];

interface KindFacts {
  /** As a title: "Decide by the ladder". */
  title: string;
  /** What it does to each item. */
  does: string;
  subjects: readonly BulkSubject[];
  /** Needed beside `bulk:run`; each item's own command checks it again. */
  permission: Permission;
  /** What undoing does; null: it cannot be undone. */
  undo: string | null;
}

export const kindFacts: Readonly<Record<BulkKind, KindFacts>> = {
  reassign: {
    title: "Reassign",
    does: "Gives each case to one person, or puts it back into the queue.",
    subjects: ["case"],
    permission: "case:reassign",
    undo: "Each case goes back to whoever held it before, or to the queue.",
  },
  escalate: { title: "Escalate", does: "Raises each case to a lead.", subjects: ["case"], permission: "case:work", undo: "The flag is taken down again, or goes back to whoever had it." },
  note: { title: "Add a note", does: "Adds the same note to each case, for colleagues.", subjects: ["case"], permission: "case:work", undo: null },
  no_violation: {
    title: "Close without a violation",
    does: "Decides each case as no violation, closes it and tells its reporters.",
    subjects: ["case"],
    permission: "decision:propose",
    undo: "Each case is opened again, and its reporters are told that the outcome was taken back.",
  },
  decide: {
    title: "Decide by the ladder",
    does: "Finds a breach of one clause in each item. Each gets the measure its own record leads to, and its own statement of reasons.",
    subjects: ["case", "account"],
    permission: "decision:propose",
    undo: "Measures are reversed at the gate, strikes are void, account holders and reporters are told, and the cases are open again. Proposals are taken back.",
  },
  interim: {
    title: "Restrict or suspend for now",
    does: "Puts an interim measure in place while the case is looked into. It ends by itself.",
    subjects: ["case", "account"],
    permission: "case:work",
    undo: "Each measure is lifted, and the account holder is told. The cases stay open.",
  },
  lift: { title: "Lift measures", does: "Ends every active measure on each account. Strikes stay.", subjects: ["account"], permission: "action:lift", undo: null },
  approve: {
    title: "Approve proposals",
    does: "Each proposal takes effect as it was proposed.",
    subjects: ["decision"],
    permission: "decision:approve",
    undo: "Measures are reversed at the gate, strikes are void, account holders and reporters are told, and the cases are open again.",
  },
  reject: { title: "Reject proposals", does: "Each proposal goes back to whoever made it, with your reason.", subjects: ["decision"], permission: "decision:approve", undo: null },
};

/** Kinds that decide about account holders: a platform may ask that a second person starts them. */
export const decidingKinds: readonly BulkKind[] = ["no_violation", "decide", "interim"];

export const isBulkKind = (text: unknown): text is BulkKind => bulkKinds.includes(text as BulkKind);

const nouns: Record<BulkSubject, [one: string, many: string]> = { case: ["case", "cases"], account: ["account", "accounts"], decision: ["proposal", "proposals"] };

/** "1 case", "1,204 cases". */
export const countedSubject = (subject: BulkSubject, count: number): string => `${count.toLocaleString("en-US")} ${nouns[subject][count === 1 ? 0 : 1]}`;
export const subjectsName = (subject: BulkSubject): string => nouns[subject][1];
