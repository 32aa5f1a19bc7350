import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useLoaderData } from "@remix-run/react";
import { Button, ButtonLink } from "~/components/button";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { isId } from "~/infra/id";
import { may } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { policyDesk, type PolicyDesk } from "~/modules/policy/policy-desk.queries.server";
import { startVersion } from "~/modules/policy/start-version.server";
import { VersionStatePill } from "~/modules/policy/version-state-pill";

export const meta: MetaFunction = () => [{ title: "Policies" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "policy:read");
  return { platforms: await policyDesk(context.deps.db), mayEdit: may(actor, "policy:edit"), now: context.deps.clock().toISO()! };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "policy:edit");
  const policyId = String((await readForm(request)).get("policyId") ?? "");
  if (!isId(policyId)) throw data({ reason: "not_found" }, { status: 404 });
  const started = await startVersion(context.deps, actor, { policyId });
  if (started.ok) return redirect(`/policy-versions/${started.versionId}`);
  const { sentence } = refusalText(started.reason);
  const underWay = started.detail?.versionId;
  return redirectWithFlash(typeof underWay === "string" ? `/policy-versions/${underWay}` : "/policy-versions", { tone: "warn", text: sentence });
}

export default function Policies() {
  const { platforms, mayEdit, now } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader title="Policies" lead="What each platform enforces, and the versions on their way. A version is written by one person, agreed to by another, and told to every account holder before it takes effect." actions={mayEdit ? <ButtonLink to="/policy-versions/new">New policy</ButtonLink> : null} />
      <div className="grid gap-4">
        {platforms.map((platform) => (
          <Panel key={platform.key} id={platform.key} title={platform.name} flush>
            <ul className="divide-y divide-line">
              {platform.policies.map((policy) => (
                <li key={policy.id} className="px-4 py-3">
                  <PolicyRow policy={policy} platform={platform} mayEdit={mayEdit} now={now} />
                </li>
              ))}
            </ul>
          </Panel>
        ))}
      </div>
    </>
  );
}

function PolicyRow({ policy, platform, mayEdit, now }: { policy: PolicyDesk[number]["policies"][number]; platform: { key: string; zone: string }; mayEdit: boolean; now: string }) {
  const { inForce, underWay, earlier } = policy;
  return (
    <div className="grid gap-2 md:grid-cols-[minmax(0,1fr)_auto] md:items-start">
      <div className="grid min-w-0 gap-1">
        <h3 className="font-semibold wrap-anywhere">
          {policy.title} <span className="font-normal text-muted">({policy.code})</span>
        </h3>
        {inForce ? (
          <p className="flex flex-wrap items-center gap-x-2">
            <VersionStatePill state="in_force" />
            <TextLink to={`/policy-versions/${inForce.id}`}>Version {inForce.number}</TextLink>
            {inForce.effectiveFrom ? (
              <span className="text-muted">
                since <Time at={inForce.effectiveFrom} now={now} zone={platform.zone} />
              </span>
            ) : null}
          </p>
        ) : (
          <p className="text-muted">No version is in force.</p>
        )}
        {underWay ? (
          <p className="flex flex-wrap items-center gap-x-2">
            <VersionStatePill state={underWay.state} />
            <TextLink to={`/policy-versions/${underWay.id}`}>Version {underWay.number}</TextLink>
            {underWay.state === "scheduled" && underWay.effectiveFrom ? (
              <span className="text-muted">
                from <Time at={underWay.effectiveFrom} now={now} zone={platform.zone} />
              </span>
            ) : null}
            {underWay.editedAt ? (
              <span className="text-muted">
                last written by {underWay.editedBy ?? "somebody"}, <Time at={underWay.editedAt} now={now} zone={platform.zone} brief />
              </span>
            ) : null}
          </p>
        ) : null}
        {earlier.length > 0 ? (
          <p className="text-muted">
            Earlier:{" "}
            {earlier.map((one, index) => (
              <span key={one.id}>
                {index > 0 ? ", " : ""}
                <TextLink to={`/policy-versions/${one.id}`}>version {one.number}</TextLink>
              </span>
            ))}
          </p>
        ) : null}
      </div>
      <div className="flex flex-wrap gap-2">
        {inForce || underWay?.state === "scheduled" ? (
          <TextLink to={`/policies/${platform.key}/${policy.code}`} className="inline-flex min-h-9 items-center">
            Public page
          </TextLink>
        ) : null}
        {mayEdit && !underWay ? (
          <Form method="post">
            <input type="hidden" name="policyId" value={policy.id} />
            <Button type="submit">
              {inForce ? "Write a new version" : "Write the first version"}
              <span className="sr-only"> of {policy.title}</span>
            </Button>
          </Form>
        ) : null}
      </div>
    </div>
  );
}
