import { data, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { LanguageSwitch } from "~/components/language-switch";
import { PageHeader } from "~/components/page-header";
import { localeOf } from "~/infra/http/locale";
import { LastUpdated, PolicyClauses, Publisher } from "~/modules/policy/policy-document";
import { policyWords } from "~/modules/policy/policy-words";
import { readPolicy } from "~/modules/policy/policy.queries.server";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded?.policy.title ?? "Policy" }];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const locale = localeOf(request);
  const policy = await readPolicy(context.deps.db, params.platform!, params.policy!, locale);
  if (!policy) throw data({ reason: "not_found" }, { status: 404 });
  return { locale, policy };
}

export default function Policy() {
  const { locale, policy } = useLoaderData<typeof loader>();
  const words = policyWords(locale);
  return (
    <>
      <PageHeader
        title={policy.title}
        crumbs={[{ label: words.title, to: `/policies?lang=${locale}` }, { label: policy.platform.name }]}
        lead={words.policyLead(policy.platform.name, policy.version)}
        actions={<LanguageSwitch locale={locale} />}
      />
      <LastUpdated at={policy.lastUpdated} zone={policy.platform.zone} locale={locale} />
      <div className="my-4">
        <Publisher platform={policy.platform} locale={locale} />
      </div>
      {words.bodies ? <p className="mb-4 text-sm text-muted">{words.bodies}</p> : null}
      <PolicyClauses document={policy} locale={locale} />
    </>
  );
}
