import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { redirect } from "@remix-run/node";
import { Form, useLoaderData } from "@remix-run/react";
import { Siren } from "lucide-react";
import { Button } from "~/components/button";
import { DataTable } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
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
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";
import { draftReferral } from "~/modules/referrals/draft-referral.server";
import { referralStateNames } from "~/modules/referrals/referral-state";
import { listReferrals } from "~/modules/referrals/referrals.queries.server";

export const meta: MetaFunction = () => [{ title: "Referrals · Trust and safety" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "referral:read");
  const listed = await listReferrals(context.deps.db);
  await noteOutcomeSeen(context.deps, actor, { caseReferences: [...listed.rows, ...listed.undrafted].map(({ caseReference }) => caseReference), accountIds: [] });
  return { ...listed, mayDraft: may(actor, "referral:draft"), now: context.deps.clock().toISO() };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "referral:read");
  const actionId = String((await readForm(request)).get("actionId") ?? "");
  const drafted = isId(actionId) ? await draftReferral(context.deps, actor, { actionId }) : ({ ok: false, reason: "not_found" } as const);
  if (drafted.ok) return redirect(`/referrals/${drafted.reference}`);
  return redirectWithFlash("/referrals", { tone: "danger", text: refusalText(drafted.reason).sentence });
}

export default function Referrals() {
  const { rows, undrafted, mayDraft, now } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader title="Referrals" lead="What is handed to law enforcement. A second person approves every packet." actions={<TextLink to="/referrals/holds">Holds and preservation</TextLink>} />
      {undrafted.length > 0 ? (
        <Panel title={`Decided, not drafted yet (${undrafted.length})`} id="undrafted" className="mb-4">
          <ul className="grid gap-2">
            {undrafted.map((row) => (
              <li key={row.id} className="flex flex-wrap items-center justify-between gap-2">
                <span className="wrap-anywhere">
                  {row.businessName} <span className="text-sm text-muted">{row.reference} · {row.caseReference}{row.noTipOff ? " · do not tip off" : ""}</span>
                </span>
                {mayDraft ? (
                  <Form method="post">
                    <Button type="submit" name="actionId" value={row.id} aria-label={`Draft the referral of ${row.businessName}`}>Draft it</Button>
                  </Form>
                ) : null}
              </li>
            ))}
          </ul>
        </Panel>
      ) : null}
      <Panel flush>
        <DataTable
          caption="Referrals"
          rows={rows}
          rowKey={(row) => row.id}
          empty={<EmptyState title="No referrals" icon={<Siren aria-hidden="true" className="size-8" />}>A referral begins with a decision. When one is approved, it appears here to be drafted.</EmptyState>}
          columns={[
            {
              key: "referral", header: "Referral",
              cell: (row) => (
                <div className="grid gap-0.5">
                  <TextLink to={`/referrals/${row.reference}`} className="font-medium">{row.businessName}</TextLink>
                  <span className="text-xs text-muted">{row.reference} · {row.platform}</span>
                </div>
              ),
            },
            { key: "agency", header: "Agency", from: "md", cell: (row) => row.agency || <span className="text-muted">not named yet</span> },
            { key: "state", header: "State", cell: (row) => `${referralStateNames[row.state]}${row.packet ? `, packet ${row.packet}` : ""}` },
            { key: "drafted", header: "Drafted", from: "sm", cell: (row) => <Time at={row.createdAt} now={now} zone={row.zone} brief /> },
          ]}
        />
      </Panel>
    </>
  );
}
