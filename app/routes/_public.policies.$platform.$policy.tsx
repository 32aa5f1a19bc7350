import { data, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { LanguageSwitch } from "~/components/language-switch";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { cachedData, cachedDocumentHeaders } from "~/infra/http/cached-document.server";
import { localeOf } from "~/infra/http/locale";
import { plainHandle } from "~/infra/http/plain-handle";
import { LastUpdated, PolicyClauses, Publisher } from "~/modules/policy/policy-document";
import { policyWords } from "~/modules/policy/policy-words";
import { readPolicy } from "~/modules/policy/policy.queries.server";
import { policyPath, UpcomingChange, VersionLinks } from "~/modules/policy/public-version";
import { policyHead } from "~/modules/policy/public-versions.queries.server";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [
  { title: loaded?.policy.title ?? "Policy" },
  ...(loaded ? [{ tagName: "link", rel: "alternate", type: "application/atom+xml", title: loaded.policy.title, href: `/policies/${loaded.policy.platform.key}/${loaded.policy.code}/feed.atom` }] : []),
];
export const handle = plainHandle;
export const headers = cachedDocumentHeaders;

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const locale = localeOf(request);
  const { db, clock } = context.deps;
  const [policy, head] = [await readPolicy(db, params.platform!, params.policy!, locale), await policyHead(db, params.platform!, params.policy!, locale, clock())];
  if (!policy || !head) throw data({ reason: "not_found" }, { status: 404 });
  return cachedData(request, { locale, policy, head });
}

export default function Policy() {
  const { locale, policy, head } = useLoaderData<typeof loader>();
  const words = policyWords(locale);
  return (
    <>
      <PageHeader
        title={policy.title}
        crumbs={[{ label: words.title, to: `/policies?lang=${locale}` }, { label: policy.platform.name }]}
        lead={words.policyLead(policy.platform.name, policy.version)}
        actions={<LanguageSwitch locale={locale} />}
      />
      <LastUpdated day={policy.lastUpdated} locale={locale} />
      <VersionLinks head={head} json="/policy.json" locale={locale}>
        <TextLink to={policyPath(head, "/versions", locale)}>{words.versions}</TextLink>
      </VersionLinks>
      <UpcomingChange head={head} locale={locale} />
      <div className="my-4">
        <Publisher platform={policy.platform} locale={locale} />
      </div>
      {words.bodies ? <p className="mb-4 text-sm text-muted">{words.bodies}</p> : null}
      <PolicyClauses document={policy} locale={locale} />
    </>
  );
}
