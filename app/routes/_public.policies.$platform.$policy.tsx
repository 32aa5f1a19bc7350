import { data, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { PageHeader } from "~/components/page-header";
import { LastUpdated, PolicyClauses, Publisher } from "~/modules/policy/policy-document";
import { readPolicy } from "~/modules/policy/policy.queries.server";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded?.policy.title ?? "Policy" }];

export async function loader({ params, context }: LoaderFunctionArgs) {
  const policy = await readPolicy(context.deps.db, params.platform!, params.policy!);
  if (!policy) throw data({ reason: "not_found" }, { status: 404 });
  return { policy };
}

export default function Policy() {
  const { policy } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader
        title={policy.title}
        crumbs={[{ label: "Policies", to: "/policies" }, { label: policy.platform.name }]}
        lead={`What ${policy.platform.name} enforces, clause by clause, in plain words. Version ${policy.version}.`}
      />
      <LastUpdated at={policy.lastUpdated} zone={policy.platform.zone} />
      <div className="my-4">
        <Publisher platform={policy.platform} />
      </div>
      <PolicyClauses document={policy} />
    </>
  );
}
