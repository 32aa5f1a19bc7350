import { data, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { LanguageSwitch } from "~/components/language-switch";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { cachedData, cachedDocumentHeaders } from "~/infra/http/cached-document.server";
import { localeOf } from "~/infra/http/locale";
import { plainHandle } from "~/infra/http/plain-handle";
import { policyWords } from "~/modules/policy/policy-words";
import { CalledOffWhy, policyPath, PublicStatePill, Summary, VersionLinks, WhenInForce } from "~/modules/policy/public-version";
import { policyHead } from "~/modules/policy/public-versions.queries.server";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded ? `${policyWords(loaded.locale).versions} · ${loaded.head.title}` : "Policy" }];
export const handle = plainHandle;
export const headers = cachedDocumentHeaders;

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const locale = localeOf(request);
  const head = await policyHead(context.deps.db, params.platform!, params.policy!, locale);
  if (!head) throw data({ reason: "not_found" }, { status: 404 });
  return cachedData(request, { locale, head });
}

export default function Versions() {
  const { locale, head } = useLoaderData<typeof loader>();
  const words = policyWords(locale);
  return (
    <>
      <PageHeader
        title={words.versions}
        crumbs={[{ label: words.title, to: `/policies?lang=${locale}` }, { label: head.title, to: policyPath(head, "", locale) }, { label: words.versions }]}
        lead={words.versionsLead(head.platform.name)}
        actions={<LanguageSwitch locale={locale} />}
      />
      <VersionLinks head={head} json="/policy.json" locale={locale} />
      <ol className="grid gap-4">
        {head.versions.map((version, index) => (
          <li key={version.number} className="grid break-inside-avoid gap-2 rounded-lg border border-line bg-surface p-4">
            <h2 className="flex flex-wrap items-center gap-2 text-base font-semibold">
              <TextLink to={policyPath(head, `/versions/${version.number}`, locale)}>{words.version(version.number)}</TextLink>
              <PublicStatePill state={version.state} locale={locale} />
            </h2>
            <WhenInForce version={version} locale={locale} />
            {version.state === "held" ? <p>{words.heldNote}</p> : null}
            <CalledOffWhy version={version} locale={locale} className="max-w-prose" />
            <Summary version={version} locale={locale} />
            {index < head.versions.length - 1 ? (
              <p>
                <TextLink to={policyPath(head, `/versions/${version.number}/changes`, locale)}>{words.seeChanges(version.number)}</TextLink>
              </p>
            ) : null}
          </li>
        ))}
      </ol>
    </>
  );
}
