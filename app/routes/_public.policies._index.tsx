import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Panel } from "~/components/panel";
import { LastUpdated } from "~/modules/policy/policy-document";
import { listPolicies } from "~/modules/policy/policy.queries.server";

export const meta: MetaFunction = () => [{ title: "Policies" }];

export async function loader({ context }: LoaderFunctionArgs) {
  return { platforms: await listPolicies(context.deps.db) };
}

export default function Policies() {
  const { platforms } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader title="Policies" lead="The rules each platform enforces, as they are in force today." />
      <div className="grid gap-4">
        {platforms.map((platform) => (
          <Panel key={platform.key} id={platform.key} title={platform.name}>
            <ul className="grid gap-2">
              {platform.policies.map((policy) => (
                <li key={policy.code}>
                  <TextLink to={`/policies/${platform.key}/${policy.code}`}>{policy.title}</TextLink>
                  <LastUpdated at={policy.lastUpdated} zone="UTC" />
                </li>
              ))}
            </ul>
          </Panel>
        ))}
      </div>
    </>
  );
}
