import { data, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Callout } from "~/components/flash";
import { LanguageSwitch } from "~/components/language-switch";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { cachedData, cachedDocumentHeaders } from "~/infra/http/cached-document.server";
import { localeOf } from "~/infra/http/locale";
import { plainHandle } from "~/infra/http/plain-handle";
import { clausesOfContent, PolicyClauses } from "~/modules/policy/policy-document";
import { policyWords } from "~/modules/policy/policy-words";
import { CalledOffWhy, policyPath, PublicStatePill, Summary, VersionLinks, WhenInForce } from "~/modules/policy/public-version";
import { readVersion } from "~/modules/policy/public-versions.queries.server";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded ? `${loaded.head.title}, ${policyWords(loaded.locale).version(loaded.version.number).toLowerCase()}` : "Policy" }];
export const handle = plainHandle;
export const headers = cachedDocumentHeaders;

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const locale = localeOf(request);
  const { db } = context.deps;
  const read = await readVersion(db, params, locale);
  if (!read) throw data({ reason: "not_found" }, { status: 404 });
  const { head, version, content, before } = read;
  return cachedData(request, { locale, head, version, compared: before !== null, clauses: clausesOfContent(content, locale) });
}

export default function Version() {
  const { locale, head, version, compared, clauses } = useLoaderData<typeof loader>();
  const words = policyWords(locale);
  return (
    <>
      <PageHeader
        title={`${head.title}, ${words.version(version.number).toLowerCase()}`}
        crumbs={[{ label: words.title, to: `/policies?lang=${locale}` }, { label: head.title, to: policyPath(head, "", locale) }, { label: words.versions, to: policyPath(head, "/versions", locale) }, { label: words.version(version.number) }]}
        status={<PublicStatePill state={version.state} locale={locale} />}
        actions={<LanguageSwitch locale={locale} />}
      />
      <WhenInForce version={version} locale={locale} />
      {version.state === "in_force" ? null : (
        <Callout tone="warn" className="my-4" title={words.notInForce}>
          {version.state === "held" ? <p>{words.heldNote}</p> : null}
          <CalledOffWhy version={version} locale={locale} />
          <TextLink to={policyPath(head, "", locale)}>{words.readInForce}</TextLink>
        </Callout>
      )}
      <VersionLinks head={head} json={`/versions/${version.number}/version.json`} locale={locale}>
        {compared ? <TextLink to={policyPath(head, `/versions/${version.number}/changes`, locale)}>{words.seeChanges(version.number)}</TextLink> : null}
      </VersionLinks>
      {version.summary ? (
        <section className="mb-4 grid gap-2" aria-labelledby="in-short">
          <h2 id="in-short" className="text-base font-semibold">
            {words.summary}
          </h2>
          <Summary version={version} locale={locale} />
        </section>
      ) : null}
      <PolicyClauses clauses={clauses} locale={locale} />
    </>
  );
}
