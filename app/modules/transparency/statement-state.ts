import { z } from "zod";

/** Where a statement stands with the transparency database. */
export const statementStates = ["ready", "blocked", "exported", "superseded", "out_of_scope"] as const;
export type StatementState = (typeof statementStates)[number];

export const statementStateLabels: Record<StatementState, string> = {
  ready: "Ready",
  blocked: "Held back",
  exported: "Exported",
  superseded: "Decision undone",
  out_of_scope: "Not exported",
};

export interface StatementStanding {
  outOfScope: string | null;
  blockers: readonly string[];
  exported: boolean;
  /** How the decision was undone after the statement was issued; null: it stands. */
  undoneAs: string | null;
}

/** The one meaning of a statement's columns; the list narrows by the same order in SQL. */
export function statementState({ outOfScope, blockers, exported, undoneAs }: StatementStanding): StatementState {
  if (outOfScope !== null) return "out_of_scope";
  if (undoneAs !== null) return "superseded";
  if (exported) return "exported";
  return blockers.length > 0 ? "blocked" : "ready";
}

export const outOfScopeReasons: Readonly<Record<string, string>> = {
  exports_off: "The platform did not hand over its statements when this was decided.",
  no_restriction: "A warning restricts nothing, and the law asks for statements about restrictions (DSA 17).",
  no_tip_off: "The account holder must not be told, so nobody is.",
};

const optional = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (value === "" || value === null ? undefined : value), schema.optional()).catch(undefined);

/** What the list is asked for by its address. A wrong part is dropped: an old link still opens the page. */
export const statementFilterSchema = z.object({
  state: optional(z.enum(statementStates)),
  platform: optional(z.string().regex(/^[a-z0-9-]{1,40}$/)),
  after: optional(z.uuid()),
});
export type StatementFilter = Omit<z.infer<typeof statementFilterSchema>, "after">;

export function statementsAddress(filter: StatementFilter & { after?: string }): string {
  const parts = Object.entries(filter).filter((part): part is [string, string] => typeof part[1] === "string");
  return parts.length === 0 ? "/transparency" : `/transparency?${new URLSearchParams(parts)}`;
}
