import { data, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { LanguageSwitch } from "~/components/language-switch";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Panel } from "~/components/panel";
import { cachedData, cachedDocumentHeaders } from "~/infra/http/cached-document.server";
import { localeOf } from "~/infra/http/locale";
import { plainHandle } from "~/infra/http/plain-handle";
import { DiffLegend, PublicChangeView } from "~/modules/policy/change-view";
import { countsInWords } from "~/modules/policy/change-words";
import { clauseChanges, countChanges, publicChanges } from "~/modules/policy/policy-changes";
import { policyWords } from "~/modules/policy/policy-words";
import { CalledOffWhy, policyPath, PublicStatePill, Summary, VersionLinks, WhenInForce } from "~/modules/policy/public-version";
import { readVersion } from "~/modules/policy/public-versions.queries.server";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded ? `${policyWords(loaded.locale).whatChanges} · ${loaded.head.title}` : "Policy" }];
export const handle = plainHandle;
export const headers = cachedDocumentHeaders;

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const locale = localeOf(request);
  const { db } = context.deps;
  const read = await readVersion(db, params, locale);
  if (!read) throw data({ reason: "not_found" }, { status: 404 });
  const { head, version, content, before } = read;
  return cachedData(request, { locale, head, version, beforeNumber: before?.number ?? null, changes: before ? publicChanges(clauseChanges(before.clauses, content.clauses), locale) : [] });
}

export default function Changes() {
  const { locale, head, version, beforeNumber, changes } = useLoaderData<typeof loader>();
  const words = policyWords(locale);
  return (
    <>
      <PageHeader
        title={`${words.whatChanges}: ${head.title}`}
        crumbs={[{ label: words.title, to: `/policies?lang=${locale}` }, { label: head.title, to: policyPath(head, "", locale) }, { label: words.versions, to: policyPath(head, "/versions", locale) }, { label: words.whatChanges }]}
        status={<PublicStatePill state={version.state} locale={locale} />}
        lead={beforeNumber === null ? words.firstVersion : words.beside(version.number, beforeNumber)}
        actions={<LanguageSwitch locale={locale} />}
      />
      <WhenInForce version={version} locale={locale} />
      {version.state === "held" ? <p className="my-2">{words.heldNote}</p> : null}
      <CalledOffWhy version={version} locale={locale} className="my-2" />
      <VersionLinks head={head} json={`/versions/${version.number}/version.json`} locale={locale}>
        <TextLink to={policyPath(head, `/versions/${version.number}`, locale)}>{words.wholeVersion(version.number)}</TextLink>
      </VersionLinks>
      {version.summary ? (
        <Panel title={words.summary} id="in-short" className="mb-4">
          <Summary version={version} locale={locale} />
        </Panel>
      ) : null}
      {beforeNumber === null ? null : (
        <section aria-labelledby="clause-by-clause" className="grid gap-4">
          <h2 id="clause-by-clause" className="text-base font-semibold">
            {countsInWords(countChanges(changes), locale)}
          </h2>
          {changes.length > 0 ? <DiffLegend locale={locale} /> : null}
          <div className="grid gap-4">
            {changes.map((change) => (
              <div key={change.code} className="rounded-lg border border-line bg-surface p-4">
                <PublicChangeView change={change} locale={locale} />
              </div>
            ))}
          </div>
        </section>
      )}
    </>
  );
}
