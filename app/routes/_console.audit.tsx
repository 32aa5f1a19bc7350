import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData, useNavigation } from "@remix-run/react";
import { ShieldCheck } from "lucide-react";
import { Button } from "~/components/button";
import { InputField } from "~/components/inputs";
import { PageHeader } from "~/components/page-header";
import { Pagination } from "~/components/pagination";
import { Panel } from "~/components/panel";
import { requireStaff } from "~/modules/access/require-staff.server";
import { auditFilterSchema } from "~/modules/audit/audit-filter.schema";
import { AuditTrail, ChainVerdict } from "~/modules/audit/audit-trail";
import { listAudit } from "~/modules/audit/audit.queries.server";
import { verifyChain } from "~/modules/audit/verify-chain.server";

const pageSize = 50;

export const meta: MetaFunction = () => [{ title: "Audit" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, "audit:read");
  const url = new URL(request.url);
  const { before, ...filter } = auditFilterSchema.parse(Object.fromEntries(url.searchParams));
  const rows = await listAudit(context.deps.db, filter, { before: before ?? null, limit: pageSize + 1 });
  const shown = rows.slice(0, pageSize);
  return {
    rows: shown.map((row) => ({ ...row, at: row.at.toISOString() })),
    filter,
    now: context.deps.clock().toISO(),
    first: before === undefined ? null : `/audit?${query(filter)}`,
    next: rows.length > pageSize ? `/audit?${query({ ...filter, before: String(shown.at(-1)!.seq) })}` : null,
  };
}

const query = (parts: Record<string, string | undefined>): URLSearchParams =>
  new URLSearchParams(Object.entries(parts).filter((part): part is [string, string] => part[1] !== undefined));

/** Verifying changes nothing; it is a POST because it reads the whole trail. */
export async function action({ request, context }: ActionFunctionArgs) {
  await requireStaff(request, context, "audit:read");
  return { report: await verifyChain(context.deps) };
}

export default function Audit() {
  const { rows, filter, now, first, next } = useLoaderData<typeof loader>();
  const verified = useActionData<typeof action>();
  const verifying = useNavigation().formMethod === "POST";
  return (
    <>
      <PageHeader
        title="Audit"
        lead="Every change, every look at personal data and every change of settings, in a chain that shows if it was touched."
        actions={
          <Form method="post">
            <Button type="submit" variant="primary" disabled={verifying} icon={<ShieldCheck aria-hidden="true" className="size-4" />}>
              {verifying ? "Verifying…" : "Verify the whole chain"}
            </Button>
          </Form>
        }
      />
      {verified ? <ChainVerdict report={verified.report} /> : null}
      <Form method="get" className="mb-4 flex flex-wrap items-end gap-3">
        <InputField name="type" label="What" hint="Begins with, such as “appeal.”" defaultValue={filter.type} className="w-64" />
        {filter.caseId ? <input type="hidden" name="caseId" value={filter.caseId} /> : null}
        {filter.accountId ? <input type="hidden" name="accountId" value={filter.accountId} /> : null}
        <Button type="submit">Show</Button>
      </Form>
      <Panel flush>
        <AuditTrail rows={rows} now={now} />
      </Panel>
      <Pagination previous={first} next={next} />
    </>
  );
}
