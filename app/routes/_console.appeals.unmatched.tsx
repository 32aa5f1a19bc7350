import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Form, useLoaderData } from "@remix-run/react";
import { MailQuestion } from "lucide-react";
import { readForm } from "~/infra/http/form-fields";
import { Button } from "~/components/button";
import { EmptyState } from "~/components/empty-state";
import { InputField } from "~/components/inputs";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { Deadline, Time } from "~/components/time";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { refusalText } from "~/infra/http/refusals";
import { may } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { actionKindWords } from "~/modules/appeals/appeal-labels";
import { dismissUnmatchedSchema, matchAppealSchema } from "~/modules/appeals/settle-unmatched.schema";
import { dismissUnmatched, matchAppeal } from "~/modules/appeals/settle-unmatched.server";
import { unmatchedReference } from "~/modules/appeals/unmatched-reference";
import { listUnmatched } from "~/modules/appeals/unmatched.queries.server";

const here = "/appeals/unmatched";

export const meta: MetaFunction = () => [{ title: "Appeals to match · Trust and safety" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "appeal:read");
  return { rows: await listUnmatched(context.deps), mayRule: may(actor, "appeal:rule"), now: context.deps.clock().toISO() };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "appeal:rule");
  const form = await readForm(request);
  const fields = Object.fromEntries(form);
  const refusedWith = (text: string) => redirectWithFlash(here, { tone: "danger", text });
  if (form.get("intent") === "dismiss") {
    const parsed = dismissUnmatchedSchema.safeParse(fields);
    if (!parsed.success) return refusedWith(parsed.error.issues[0]!.message);
    const dismissed = await dismissUnmatched(context.deps, actor, parsed.data);
    return dismissed.ok ? redirectWithFlash(here, { tone: "ok", text: dismissed.told ? "Put aside. Whoever sent it is told why." : "Put aside. Nobody is told: it came from a list or a machine." }) : refusedWith(refusalText(dismissed.reason).sentence);
  }
  const parsed = matchAppealSchema.safeParse(fields);
  if (!parsed.success) return refusedWith(parsed.error.issues[0]!.message);
  const matched = await matchAppeal(context.deps, actor, parsed.data);
  if (!matched.ok) return refusedWith(refusalText(matched.reason).sentence);
  return redirectWithFlash(`/appeals/${matched.reference}`, { tone: "ok", text: "Filed. The account holder gets the receipt." });
}

/** The one action it can be about; a referral, or what its holder must not know of, is never appealed against. */
function meant({ candidates }: { candidates: readonly { reference: string; kind: string; noTipOff: boolean }[] }): string | undefined {
  const [only, ...others] = candidates.filter(({ kind, noTipOff }) => !noTipOff && kind !== "law_enforcement_referral");
  return others.length === 0 ? only?.reference : undefined;
}

export default function UnmatchedAppeals() {
  const { rows, mayRule, now } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader
        crumbs={[{ label: "Appeals", to: "/appeals" }, { label: "To match" }]}
        title="Appeals to match"
        lead="They came by the public form or by mail, and fit no single action. Find the action each one means: its clock has run since it came in."
      />
      {rows.length === 0 ? (
        <Panel>
          <EmptyState title="Nothing to match" icon={<MailQuestion aria-hidden="true" className="size-8" />}>
            Appeals from the public form that name their action are filed by themselves.
          </EmptyState>
        </Panel>
      ) : null}
      <div className="grid gap-4">
        {rows.map((row) => (
          <Panel key={row.id} title={`${row.platform}: ${row.email}`} aside={<Time at={row.receivedAt} now={now} zone={row.zone} />}>
            <Facts
              facts={[
                { name: "Told them to quote", value: <span className="font-mono">{unmatchedReference(row.id)}</span> },
                { name: "Decided, they say", value: <span className="whitespace-pre-wrap">{row.actionText}</span> },
                { name: "Explanation", value: <span className="whitespace-pre-wrap">{row.explanation}</span> },
                ...(row.due ? [{ name: "Answer due", value: <Deadline at={row.due.at} left={row.due.left ?? undefined} now={now} zone={row.zone} /> }] : []),
                {
                  name: "Could mean",
                  value: row.candidates.length === 0 ? "No account has this address." : row.candidates.map((one) => `${one.reference} (${actionKindWords[one.kind]}, ${one.state}, ${one.businessName}${one.noTipOff ? "; do not tip off" : ""})`).join("; "),
                },
              ]}
            />
            {mayRule ? (
              <div className="mt-4 grid gap-4 md:grid-cols-2">
                <Form method="post" className="flex flex-wrap items-end gap-2">
                  <input type="hidden" name="unmatchedId" value={row.id} />
                  <InputField id={`match-${row.id}`} name="actionReference" label="Action" placeholder="A-4K7Q-T2MX" defaultValue={meant(row)} required />
                  <Button type="submit" name="intent" value="match" variant="primary">
                    File against it
                  </Button>
                </Form>
                <Form method="post" className="flex flex-wrap items-end gap-2">
                  <input type="hidden" name="unmatchedId" value={row.id} />
                  <InputField id={`dismiss-${row.id}`} name="reason" label="Why it is put aside" hint={row.answerable ? "Sent to whoever wrote. Nothing about any account or report." : "For the file: it came from a list or a machine, so nobody is told."} required minLength={10} />
                  <Button type="submit" name="intent" value="dismiss">
                    Put aside
                  </Button>
                </Form>
              </div>
            ) : null}
          </Panel>
        ))}
      </div>
    </>
  );
}
