import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { readSearch, type SearchQuery } from "./search-query";
import { accountsByContact, accountsByName, findByReference, findById, reportsByContact, type SearchHits } from "./search.queries.server";

/**
 * Finds accounts, cases and reports by anything a colleague may have in hand. A search by somebody's address or number
 * is a read of personal data: it is audited, with what was found but without the address (DOMAIN, rule 9).
 */
export async function searchConsole(
  deps: Deps,
  actor: StaffActor,
  typed: string,
): Promise<Result<{ query: SearchQuery; hits: SearchHits }, "forbidden">> {
  if (!may(actor, "account:read") || !may(actor, "case:read")) return refuse("forbidden");
  const query = readSearch(typed);
  if (query.kind === "email" || query.kind === "phone") return { ok: true, query, hits: await searchByContact(deps, actor, query) };
  return { ok: true, query, hits: await searchOpenly(deps, query) };
}

async function searchOpenly({ db }: Deps, query: Exclude<SearchQuery, { kind: "email" | "phone" }>): Promise<SearchHits> {
  switch (query.kind) {
    case "empty":
      return { accounts: [], cases: [], unmatchedReportId: null };
    case "id":
      return findById(db, query.id);
    case "reference":
      return findByReference(db, query.of, query.reference);
    case "name":
      return { accounts: await accountsByName(db, query.text), cases: [], unmatchedReportId: null };
  }
}

async function searchByContact(deps: Deps, actor: StaffActor, query: Extract<SearchQuery, { kind: "email" | "phone" }>): Promise<SearchHits> {
  const now = deps.clock();
  const hash = deps.crypto.lookup(query.kind === "email" ? query.email : query.phone, query.kind);
  return deps.db.$transaction(async (tx) => {
    const hits = { accounts: await accountsByContact(tx, query.kind, hash), cases: await reportsByContact(tx, query.kind, hash), unmatchedReportId: null };
    await recordAudit(tx, actor, {
      type: "contact.searched",
      at: now,
      by: query.kind,
      accounts: hits.accounts.map((account) => account.id),
      cases: hits.cases.map((found) => found.reference),
    });
    return hits;
  });
}
