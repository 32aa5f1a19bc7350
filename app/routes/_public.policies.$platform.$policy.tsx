import { data, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { LanguageSwitch } from "~/components/language-switch";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { cachedData, cachedDocumentHeaders } from "~/infra/http/cached-document.server";
import { localeOf } from "~/infra/http/locale";
import { plainHandle } from "~/infra/http/plain-handle";
import { clausesOfContent, LastUpdated, PolicyClauses, Publisher } from "~/modules/policy/policy-document";
import { policyWords } from "~/modules/policy/policy-words";
import { policyPath, UpcomingChange, VersionLinks } from "~/modules/policy/public-version";
import { policyHead, readVersion } from "~/modules/policy/public-versions.queries.server";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [
  { title: loaded?.head.title ?? "Policy" },
  ...(loaded ? [{ tagName: "link", rel: "alternate", type: "application/atom+xml", title: loaded.head.title, href: `/policies/${loaded.head.platform.key}/${loaded.head.code}/feed.atom?lang=${loaded.locale}` }] : []),
];
export const handle = plainHandle;
export const headers = cachedDocumentHeaders;

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const locale = localeOf(request);
  const { db } = context.deps;
  const read = await readVersion(db, params, locale);
  const head = read?.head ?? (await policyHead(db, params.platform!, params.policy!, locale));
  if (!head) throw data({ reason: "not_found" }, { status: 404 });
  return cachedData(request, { locale, head, inForce: read && { version: read.version, clauses: clausesOfContent(read.content, locale) } });
}

export default function Policy() {
  const { locale, head, inForce } = useLoaderData<typeof loader>();
  const words = policyWords(locale);
  return (
    <>
      <PageHeader
        title={head.title}
        crumbs={[{ label: words.title, to: `/policies?lang=${locale}` }, { label: head.platform.name }]}
        lead={inForce ? words.policyLead(head.platform.name, inForce.version.number) : words.notYet}
        actions={<LanguageSwitch locale={locale} />}
      />
      {inForce ? <LastUpdated day={inForce.version.lastUpdatedOn ?? inForce.version.effectiveOn} locale={locale} /> : null}
      <VersionLinks head={head} json="/policy.json" locale={locale}>
        <TextLink to={policyPath(head, "/versions", locale)}>{words.versions}</TextLink>
      </VersionLinks>
      <UpcomingChange head={head} locale={locale} />
      <div className="my-4">
        <Publisher platform={head.platform} locale={locale} />
      </div>
      {inForce ? <PolicyClauses clauses={inForce.clauses} locale={locale} /> : null}
    </>
  );
}
