import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { LanguageSwitch } from "~/components/language-switch";
import { PlainLink, TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Panel } from "~/components/panel";
import { cachedData, cachedDocumentHeaders } from "~/infra/http/cached-document.server";
import { localeOf } from "~/infra/http/locale";
import { plainHandle } from "~/infra/http/plain-handle";
import { LastUpdated } from "~/modules/policy/policy-document";
import { policyWords } from "~/modules/policy/policy-words";
import { listPolicies } from "~/modules/policy/policy.queries.server";
import { comingTitle } from "~/modules/policy/public-version";

export const handle = plainHandle;
export const headers = cachedDocumentHeaders;
export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: policyWords(loaded?.locale ?? "en").title }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const locale = localeOf(request);
  return cachedData(request, { locale, platforms: await listPolicies(context.deps.db, locale) });
}

export default function Policies() {
  const { locale, platforms } = useLoaderData<typeof loader>();
  const words = policyWords(locale);
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} actions={<LanguageSwitch locale={locale} />} />
      <div className="grid gap-4">
        {platforms.map((platform) => (
          <Panel key={platform.key} id={platform.key} title={platform.name}>
            <ul className="grid gap-2">
              {platform.policies.map((policy) => (
                <li key={policy.code}>
                  <TextLink to={`/policies/${platform.key}/${policy.code}?lang=${locale}`}>{policy.title}</TextLink>
                  <LastUpdated day={policy.lastUpdated} locale={locale} />
                  {policy.upcoming ? (
                    <p>
                      <TextLink to={`/policies/${platform.key}/${policy.code}/versions/${policy.upcoming.number}/changes?lang=${locale}`}>{comingTitle({ ...policy.upcoming, isNew: policy.lastUpdated === null }, locale)}</TextLink>
                    </p>
                  ) : null}
                </li>
              ))}
            </ul>
          </Panel>
        ))}
      </div>
      <p className="mt-4 text-sm print:hidden">
        <PlainLink href={`/policies/feed.atom?lang=${locale}`}>{words.feed}</PlainLink>
      </p>
    </>
  );
}
