import { z } from "zod";
import { filterQuery, parseQueueAddress, type QueueFilter } from "../cases/queue-filter";
import { bulkSubjects, type BulkSubject } from "./bulk-kinds";

const accountStatuses = ["active", "restricted", "suspended", "terminated", "closed"] as const;
export type AccountFilter = { platform: string | null; status: (typeof accountStatuses)[number] | null };

/** What was ticked, or everything a list was narrowed to, or the open proposals of a bulk action. */
export type Selection =
  | { subject: "case"; ids: string[] | null; filter: QueueFilter }
  | { subject: "account"; ids: string[] | null; filter: AccountFilter }
  | { subject: "decision"; sourceId: string };

const id = z.uuid();
/** A page of a list holds fifty rows. */
const mostTicked = 200;

/** Reads a selection from an address or a form; null: it selects nothing that exists. */
export function parseSelection(params: URLSearchParams): Selection | null {
  const subject = bulkSubjects.find((known) => known === params.get("subject"));
  if (!subject) return null;
  if (subject === "decision") {
    const source = id.safeParse(params.get("source"));
    return source.success ? { subject, sourceId: source.data } : null;
  }
  const ids = params.get("scope") === "all" ? null : [...new Set(params.getAll("id"))].filter((one) => id.safeParse(one).success).slice(0, mostTicked);
  if (subject === "case") return { subject, ids, filter: parseQueueAddress(params).filter };
  const platform = params.get("platform");
  return {
    subject,
    ids,
    filter: { platform: platform && /^[a-z0-9_-]{1,60}$/.test(platform) ? platform : null, status: accountStatuses.find((known) => known === params.get("status")) ?? null },
  };
}

/** The selection as the search part of an address, the same for the same selection. */
export function selectionQuery(selection: Selection): string {
  const params = new URLSearchParams({ subject: selection.subject });
  if (selection.subject === "decision") {
    params.set("source", selection.sourceId);
    return params.toString();
  }
  if (selection.ids) {
    for (const one of selection.ids) params.append("id", one);
    return params.toString();
  }
  params.set("scope", "all");
  const filter = selection.subject === "case" ? new URLSearchParams(filterQuery(selection.filter)) : new URLSearchParams(Object.entries(selection.filter).flatMap(([key, value]) => (value ? [[key, value]] : [])));
  for (const [key, value] of filter) params.set(key, value);
  return params.toString();
}

const lists: Record<BulkSubject, string> = { case: "Cases", account: "Accounts", decision: "Proposals" };

/** "Cases: state open, platform customerflows", for whoever reads the record later. */
export function selectionInWords(selection: Selection): string {
  if (selection.subject === "decision") return "Open proposals of another bulk action";
  if (selection.ids) return `${lists[selection.subject]} ticked by hand`;
  const narrowed = Object.entries(selection.filter).flatMap(([key, value]) => (value ? [value === "1" ? key : `${key} ${value.replaceAll("_", " ")}`] : []));
  return narrowed.length > 0 ? `${lists[selection.subject]} by filter: ${narrowed.join(", ")}` : `${lists[selection.subject]} in the unfiltered list`;
}
