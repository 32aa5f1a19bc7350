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
import { readVersion } from "~/modules/policy/public-versions.queries.server";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [
  { title: loaded?.head.title ?? "Policy" },
  ...(loaded ? [{ tagName: "link", rel: "alternate", type: "application/atom+xml", title: loaded.head.title, href: `/policies/${loaded.head.platform.key}/${loaded.head.code}/feed.atom` }] : []),
];
export const handle = plainHandle;
export const headers = cachedDocumentHeaders;

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const locale = localeOf(request);
  const { db, clock } = context.deps;
  const read = await readVersion(db, params, locale, clock());
  if (!read) throw data({ reason: "not_found" }, { status: 404 });
  const { head, version, content } = read;
  return cachedData(request, { locale, head, version, clauses: clausesOfContent(content, locale) });
}

export default function Policy() {
  const { locale, head, version, clauses } = useLoaderData<typeof loader>();
  const words = policyWords(locale);
  return (
    <>
      <PageHeader
        title={head.title}
        crumbs={[{ label: words.title, to: `/policies?lang=${locale}` }, { label: head.platform.name }]}
        lead={words.policyLead(head.platform.name, version.number)}
        actions={<LanguageSwitch locale={locale} />}
      />
      <LastUpdated day={version.lastUpdatedOn ?? version.effectiveOn} locale={locale} />
      <VersionLinks head={head} json="/policy.json" locale={locale}>
        <TextLink to={policyPath(head, "/versions", locale)}>{words.versions}</TextLink>
      </VersionLinks>
      <UpcomingChange head={head} locale={locale} />
      <div className="my-4">
        <Publisher platform={head.platform} locale={locale} />
      </div>
      {words.bodies ? <p className="mb-4 text-sm text-muted">{words.bodies}</p> : null}
      <PolicyClauses clauses={clauses} locale={locale} />
    </>
  );
}
