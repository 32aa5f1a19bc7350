import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { personalDataIn } from "../enforcement/check-personal-data.server";
import { dsaStatementSchema, type DsaStatement } from "./dsa-statement.schema";
import { blockersIn, rulesRefuse, type PersonalData } from "./public-facts";
import { subjectOf, type Publication } from "./publication.repo.server";

/** What a statement would be exported as: its frozen fields, with the public's facts where a person wrote them. */
export const publicFields = ({ statement, publicFacts }: Pick<Publication, "statement" | "publicFacts">): Record<string, unknown> => ({
  ...(statement.dsa as Record<string, unknown> | null),
  ...(publicFacts !== null && { decision_facts: publicFacts }),
});

export type Checked = { ok: true; payload: DsaStatement } | { ok: false; blockers: string[]; found: PersonalData[] };

/** The gate of every export: the database's rules, and no personal data as far as anybody here knows today. */
export async function checkStatement(db: Tx, crypto: Deps["crypto"], publication: Publication): Promise<Checked> {
  const parsed = dsaStatementSchema.safeParse(publicFields(publication));
  if (!parsed.success) return { ok: false, blockers: [rulesRefuse], found: [] };
  const found = await findPersonalData(db, crypto, publication, parsed.data.decision_facts);
  return found.length > 0 ? { ok: false, blockers: blockersIn(found), found } : { ok: true, payload: parsed.data };
}

export function findPersonalData(db: Tx, crypto: Deps["crypto"], publication: Publication, text: string): Promise<PersonalData[]> {
  const { caseId, accountId, reference, case: found } = subjectOf(publication);
  return personalDataIn(db, crypto, { caseId, accountId, ids: [reference, found.reference], text });
}
