import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { MailQuestion } from "lucide-react";
import { readForm } from "~/infra/http/form-fields";
import { Button } from "~/components/button";
import { EmptyState } from "~/components/empty-state";
import { TextareaField } from "~/components/inputs";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { Deadline, Time } from "~/components/time";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { refusalText } from "~/infra/http/refusals";
import { may } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";
import { actionKindWords } from "~/modules/appeals/appeal-labels";
import { anotherAction, appealable, MatchFields } from "~/modules/appeals/match-fields";
import { dismissUnmatchedSchema, matchAppealSchema } from "~/modules/appeals/settle-unmatched.schema";
import { dismissUnmatched, matchAppeal } from "~/modules/appeals/settle-unmatched.server";
import { unmatchedReference } from "~/modules/appeals/unmatched-reference";
import { findingsOf } from "~/modules/enforcement/decision-refusals";
import { confirmationsIn } from "~/modules/notices/leak-confirmation.schema";
import { LeakFindings } from "~/modules/notices/leak-findings";
import type { Finding } from "~/modules/notices/leak-guard";
import { listUnmatched, type UnmatchedRow } from "~/modules/appeals/unmatched.queries.server";

const here = "/appeals/unmatched";

export const meta: MetaFunction = () => [{ title: "Appeals to match · Trust and safety" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "appeal:read");
  const rows = await listUnmatched(context.deps);
  await noteOutcomeSeen(context.deps, actor, { actionReferences: rows.flatMap(({ candidates }) => candidates.map(({ reference }) => reference)) });
  return { rows, mayRule: may(actor, "appeal:rule"), now: context.deps.clock().toISO() };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "appeal:rule");
  const form = await readForm(request);
  const fields = Object.fromEntries(form);
  const refusedWith = (text: string) => redirectWithFlash(here, { tone: "danger", text });
  if (form.get("intent") === "dismiss") {
    const parsed = dismissUnmatchedSchema.safeParse({ ...fields, confirmed: confirmationsIn(form) });
    if (!parsed.success) return refusedWith(parsed.error.issues[0]!.message);
    const dismissed = await dismissUnmatched(context.deps, actor, parsed.data);
    if (dismissed.ok) return redirectWithFlash(here, { tone: "ok", text: dismissed.told ? "Put aside. Whoever sent it is told why." : "Put aside. Nobody is told: it came from a list or a machine." });
    const { status, sentence } = refusalText(dismissed.reason);
    const leaks: Finding[] = findingsOf(dismissed);
    return leaks.length === 0 ? refusedWith(sentence) : data({ unmatchedId: parsed.data.unmatchedId, reason: parsed.data.reason, sentence, leaks }, { status });
  }
  const candidate = form.get("candidate");
  const parsed = matchAppealSchema.safeParse({ ...fields, actionReference: String(form.get("actionReference") ?? "").trim() || (candidate === anotherAction ? "" : candidate) });
  if (!parsed.success) return refusedWith(parsed.error.issues[0]!.message);
  const matched = await matchAppeal(context.deps, actor, parsed.data);
  if (!matched.ok) return refusedWith(refusalText(matched.reason).sentence);
  return redirectWithFlash(`/appeals/${matched.reference}`, { tone: "ok", text: matched.joined ? "Added to the appeal that is open against this action." : "Filed. The account holder gets the receipt." });
}

/** What nobody can choose in the form, or the reader has no form for. */
function couldMean(row: UnmatchedRow, mayRule: boolean) {
  if (row.candidates.length === 0) return [{ name: "Could mean", value: "No account has this address." }];
  const shown = mayRule ? row.candidates.filter((one) => !appealable(row).includes(one)) : row.candidates;
  const said = shown.map((one) => `${one.reference} (${actionKindWords[one.kind]}, ${one.state.replaceAll("_", " ")}, ${one.businessName}${one.noTipOff ? "; do not tip off" : ""})`);
  return said.length === 0 ? [] : [{ name: mayRule ? "Cannot be appealed" : "Could mean", value: said.join("; ") }];
}

type Refused = { unmatchedId: string; reason: string; sentence: string; leaks: Finding[] };

function DismissForm({ row, refused }: { row: UnmatchedRow; refused: Refused | null }) {
  return (
    <Form method="post" className="grid content-start gap-3">
      <input type="hidden" name="unmatchedId" value={row.id} />
      <LeakFindings id={`leaks-${row.id}`} findings={refused?.leaks ?? []} toStranger approvable={false} />
      <TextareaField
        id={`dismiss-${row.id}`}
        name="reason"
        label="Why it is put aside"
        hint={row.answerable ? "Sent to whoever wrote, and shown on their status page. Nothing about any account or report." : "For the file: it came from a list or a machine, so nobody is told."}
        rows={2}
        required
        minLength={10}
        defaultValue={refused?.reason}
        errors={refused ? [refused.sentence] : undefined}
      />
      <Button type="submit" name="intent" value="dismiss" className="justify-self-start">
        Put aside
      </Button>
    </Form>
  );
}

export default function UnmatchedAppeals() {
  const { rows, mayRule, now } = useLoaderData<typeof loader>();
  const refused = useActionData<typeof action>() ?? null;
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
                ...(row.actionText ? [{ name: row.byMail ? "Subject" : "Decided, they say", value: <span className="whitespace-pre-wrap">{row.actionText}</span> }] : []),
                { name: "Explanation", value: <span className="whitespace-pre-wrap">{row.explanation}</span> },
                ...(row.due ? [{ name: "Answer due", value: <Deadline at={row.due.at} left={row.due.left ?? undefined} now={now} zone={row.zone} /> }] : []),
                ...couldMean(row, mayRule),
              ]}
            />
            {mayRule ? (
              <div className="mt-4 grid gap-4 md:grid-cols-2">
                <Form method="post" className="grid content-start justify-items-start gap-3">
                  <MatchFields row={row} />
                  <Button type="submit" name="intent" value="match" variant="primary">
                    File against it
                  </Button>
                </Form>
                <DismissForm row={row} refused={refused?.unmatchedId === row.id ? refused : null} />
              </div>
            ) : null}
          </Panel>
        ))}
      </div>
    </>
  );
}
