import { Form } from "@remix-run/react";
import { Badge } from "~/components/badge";
import { Button, ButtonLink } from "~/components/button";
import { TextLink } from "~/components/link";
import { Panel } from "~/components/panel";
import { ChangeBadge } from "./change-view";
import type { VersionPage } from "./policy-desk.queries.server";

/** The clauses in order, with what became of each, each the way to its editor; and those that were taken out. */
export function VersionClauses({ page }: { page: VersionPage }) {
  const kinds = new Map(page.changes.map(({ code, kind }) => [code, kind]));
  return (
    <Panel
      title="Clauses"
      id="clauses"
      flush
      aside={
        page.mayEdit ? (
          <ButtonLink to={`/policy-versions/${page.id}/clauses/new`} size="sm">
            Add a clause
          </ButtonLink>
        ) : null
      }
    >
      <ol className="divide-y divide-line">
        {page.content.clauses.map((clause) => {
          const kind = kinds.get(clause.code) ?? "same";
          return (
            <li key={clause.code} id={clause.code} className="flex flex-wrap items-baseline gap-x-2 gap-y-1 px-4 py-2 target:bg-accent-soft">
              <span className="min-w-8 text-muted">{clause.section}</span>
              <TextLink to={`/policy-versions/${page.id}/clauses/${page.clauseIds[clause.code]}`} className="min-w-0 wrap-anywhere">
                {clause.title}
              </TextLink>
              <Badge>{clause.code}</Badge>
              {kind === "same" ? null : <ChangeBadge kind={kind} locale="en" />}
            </li>
          );
        })}
      </ol>
      {page.gone.length > 0 ? (
        <div className="border-t border-line px-4 py-3">
          <h3 className="font-semibold">Taken out</h3>
          <ul className="mt-2 grid gap-2">
            {page.gone.map((clause) => (
              <li key={clause.clauseId} className="flex flex-wrap items-center gap-2">
                <span className="wrap-anywhere">
                  {clause.title} <Badge>{clause.code}</Badge>
                </span>
                {page.mayEdit ? (
                  <Form method="post">
                    <input type="hidden" name="clauseId" value={clause.clauseId} />
                    <Button type="submit" size="sm" name="intent" value="bring_back">
                      Bring back<span className="sr-only"> {clause.code}</span>
                    </Button>
                  </Form>
                ) : null}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </Panel>
  );
}
