import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { DateTime } from "luxon";
import { readForm } from "~/infra/http/form-fields";
import { cx } from "~/components/cx";
import { Callout } from "~/components/flash";
import { PageHeader } from "~/components/page-header";
import { Panel, Facts } from "~/components/panel";
import { Time } from "~/components/time";
import { TextLink } from "~/components/link";
import { useShortcuts } from "~/components/use-shortcuts";
import { refusalText } from "~/infra/http/refusals";
import { usePreferences } from "~/infra/http/use-preferences";
import { may } from "~/modules/access/actor";
import type { ConsoleHandle } from "~/modules/access/console-shell";
import { requireStaff } from "~/modules/access/require-staff.server";
import { StandingPanels } from "~/modules/cases/account-standing";
import { AccountStatusPill, CaseStatePill, counted, EscalatedBadge, SeverityBadge } from "~/modules/cases/case-labels";
import { casePage, timelineSince } from "~/modules/cases/case-page.queries.server";
import { shownReports, shownSignals } from "~/modules/cases/case-page.schema";
import { CaseConflict } from "~/modules/cases/case-conflict";
import { CaseTimeline } from "~/modules/cases/case-timeline";
import { CaseToolbar } from "~/modules/cases/case-toolbar";
import { shownPriority } from "~/modules/cases/priority";
import { heldBy } from "~/modules/cases/queue-view";
import { ReportCard } from "~/modules/cases/report-card";
import type { RevealedReport } from "~/modules/cases/reveal-reporter.server";
import { SignalCard } from "~/modules/cases/signal-card";
import { TipOffBanner } from "~/modules/cases/tip-off";
import { useLeaseKeeper } from "~/modules/cases/use-lease-keeper";
import { foldsText } from "~/modules/cases/wellness";
import { fieldOfRefusal, findingsOf } from "~/modules/enforcement/decision-refusals";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";
import { RuleMeasureProposal } from "~/modules/enforcement/rule-measure-panel";
import { waitingRuleMeasures } from "~/modules/enforcement/rule-measures.queries.server";
import { reviewPanel } from "~/modules/enforcement/review.queries.server";
import { ReviewPanel } from "~/modules/enforcement/review-panel";
import { undoOffer } from "~/modules/enforcement/undo.queries.server";
import { UndoPanel } from "~/modules/enforcement/undo-panel";
import { groundChoices } from "~/modules/enforcement/interim-ground.server";
import { InterimMeasures, type KeptForms } from "~/modules/enforcement/interim-measures";
import type { Finding } from "~/modules/notices/leak-guard";
import { isOpenCase } from "~/modules/cases/case-state";
import { HoldBanner } from "~/modules/referrals/hold-banner";
import { standingHolds } from "~/modules/referrals/holds.queries.server";
import { areaName } from "~/modules/policy/areas";
import { DecisionColumn } from "./decision-column";
import { handleCaseForm } from "./handle-form.server";

export const meta: MetaFunction<typeof loader> = ({ data: page }) => [
  { title: page ? `${page.head.reference} ${page.head.businessName} · Trust and safety` : "Case · Trust and safety" },
];

export const handle: ConsoleHandle = {
  shortcuts: [
    { keys: "c", does: "Claim the case" },
    { keys: "n", does: "Write a note" },
    { keys: "d", does: "Go to the decision" },
    { keys: "1 … 5", does: "Pick a rung" },
    { keys: "Mod+Enter", does: "Decide" },
    { keys: "u", does: "Undo your decision, while there is time" },
    { keys: "q", does: "Back to the queue" },
  ],
};

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const { deps } = context;
  const actor = await requireStaff(request, context, "case:read");
  const before = new URL(request.url).searchParams.get("before");
  const found = await casePage(deps.db, params.reference!, before);
  if (!found) throw data({ sentence: "No case has this reference. Check it, or search for the account." }, { status: 404 });
  await noteOutcomeSeen(deps, actor, { caseReference: params.reference! });
  const now = deps.clock();
  const mine = heldBy(found.head, now)?.id === actor.id;
  const { openedAt, leaseExpiresAt: _lease, priority, accountCreatedAt, decidedAt, closedAt, ...head } = found.head;
  return {
    head: {
      ...head,
      openedAt: openedAt.toISOString(),
      accountCreatedAt: accountCreatedAt.toISOString(),
      decidedAt: decidedAt?.toISOString() ?? null,
      closedAt: closedAt?.toISOString() ?? null,
      shownPriority: shownPriority(priority, now),
      heldBy: heldBy(found.head, now),
    },
    body: found.body,
    older: found.older,
    paged: before !== null,
    now: now.toISO(),
    holds: await standingHolds(deps.db, { accountId: found.head.accountId, caseId: found.head.id }),
    undo: mayBeUndone(found.head, now) ? await undoOffer(deps, actor, found.head.id) : null,
    review: found.head.reviewReason === null ? null : await reviewPanel(deps, actor, found.head.id),
    proposed: isOpenCase(found.head.state) ? await waitingRuleMeasures(deps, found.head.id) : [],
    ground: mine && isOpenCase(found.head.state) ? await groundChoices(deps, { caseId: found.head.id, platformId: found.head.platformId }) : null,
    me: actor.id,
    mayWork: may(actor, "case:work"),
    mayReassign: may(actor, "case:reassign"),
    mayDecide: may(actor, "decision:propose"),
  };
}

/** Only a case decided a short while ago is asked whether its decision can be undone: most pages are of others. */
const mayBeUndone = ({ state, decidedAt }: { state: string; decidedAt: Date | null }, now: DateTime): boolean =>
  (state === "decided" || state === "closed") && decidedAt !== null && now.diff(DateTime.fromJSDate(decidedAt)).as("days") < 7;

export async function action({ request, context }: ActionFunctionArgs) {
  const { deps } = context;
  const actor = await requireStaff(request, context, "case:read");
  const form = await readForm(request);
  const handled = await handleCaseForm(deps, actor, form);
  if (!handled) throw data(null, { status: 400 });
  const nothing = { done: null, refusal: null, reason: null, changes: null, revealed: null, note: null, kept: null, leaks: [] as Finding[] };
  if (handled.status === "done") {
    const revealed = "revealed" in handled.result ? (handled.result.revealed as RevealedReport) : null;
    const version = "case" in handled.result ? String((handled.result.case as { version: number }).version) : null;
    return { ...nothing, done: handled.said, revealed, note: version };
  }
  const intent = String(form.get("intent"));
  const values = takesReason.includes(intent) ? { ...Object.fromEntries(["reason", "kind", "days", "clauseId", "conductOn"].map((name) => [name, text(form, name)])), features: form.getAll("features").map(String) } : null;
  const kept = { note: text(form, "text"), intent, values };
  if (handled.status === "invalid") {
    return data({ ...nothing, refusal: handled.errors.join(" ") || refusalText("invalid").sentence, reason: "invalid", kept }, { status: 422 });
  }
  const { reason } = handled.result;
  const { status, sentence } = refusalText(reason);
  const refusal = fieldOfRefusal(handled.result, sentence).text;
  const seen = text(form, "seen");
  const changes = reason === "stale" ? await timelineSince(deps.db, text(form, "caseId")!, seen ?? null) : null;
  return data({ ...nothing, refusal, reason, changes, kept, leaks: takesReason.includes(intent) ? findingsOf(handled.result) : [] }, { status });
}

/** Forms whose words are sent to the account holder: they come back with what was written and what leaks. */
const takesReason: readonly string[] = ["interim", "extend-interim", "accept-rule-measure", "undo", "review"];

const text = (form: FormData, name: string): string | undefined => {
  const value = form.get(name);
  return typeof value === "string" && value !== "" ? value : undefined;
};

export default function CasePage() {
  const { head, holds, undo, review, proposed, ground, body, older, paged, now, me, mayWork, mayReassign, mayDecide } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  const { shortcuts } = usePreferences();
  const mine = head.heldBy?.id === me;
  const { lost } = useLeaseKeeper(head.reference, head.id, mine);
  const seen = { now, zone: head.zone };
  const deciding = mayDecide && isOpenCase(head.state);
  const interim = body.actions.filter((one) => one.interim && one.state === "active" && one.caseReference === head.reference);
  const waiting = body.actions.filter((one) => one.interim && one.state === "awaiting_approval" && one.caseReference === head.reference);
  const keptFor: KeptForms = (intent) => (result?.kept?.intent === intent ? { values: result.kept.values, leaks: result.leaks } : { values: null, leaks: [] });
  const keptOf = (intent: string) => ({ keptReason: keptFor(intent).values?.reason, leaks: [...keptFor(intent).leaks] });
  const stamp = { caseId: head.id, version: head.version, newestEventId: body.newestEventId };
  useShortcuts(
    {
      c: () => document.getElementById("do-claim")?.click(),
      n: () => document.getElementById("note")?.focus(),
      d: () => document.querySelector<HTMLElement>("#decision input:not([type=hidden])")?.focus(),
      u: () => document.getElementById("undo-reason")?.focus(),
      q: () => document.getElementById("to-queue")?.querySelector("a")?.click(),
    },
    shortcuts,
  );

  return (
    <>
      <div id="to-queue">
        <HoldBanner holds={holds} zone={head.zone} />
        {body.noTipOff ? <TipOffBanner /> : null}
        <PageHeader
          crumbs={[{ label: "Queue", to: "/queue" }, { label: head.reference }]}
          title={head.businessName}
          status={
            <>
              <SeverityBadge severity={head.severity} />
              <CaseStatePill state={head.state} />
              {head.escalated ? <EscalatedBadge to={head.escalatedToName} /> : null}
            </>
          }
          lead={
            <>
              <span className="inline-block first-letter:uppercase">{areaName(head.area)}</span> on {head.platformName} · opened <Time at={head.openedAt} {...seen} brief /> ·{" "}
              {counted(head.reportCount, "report")}, {counted(head.signalCount, "signal")} · priority {head.shownPriority.toLocaleString("en-US")} ·{" "}
              {head.heldBy ? (mine ? "held by you" : `held by ${head.heldBy.name}`) : "held by nobody"}
            </>
          }
          actions={
            <CaseToolbar found={head} stamp={stamp} me={me} mayWork={mayWork} mayReassign={mayReassign} colleagues={body.colleagues} />
          }
        />
      </div>

      {lost ? (
        <Callout tone="warn" role="alert" className="mb-4" title="You do not hold this case any more">
          Your claim ran out or a lead gave the case to somebody else. Reload the page before you go on.
        </Callout>
      ) : null}
      {result?.changes ? <CaseConflict changes={result.changes} sentence={result.refusal ?? ""} seen={seen} /> : null}
      {result?.refusal && !result.changes ? (
        <Callout tone="danger" role="alert" className="mb-4">
          {result.refusal}
        </Callout>
      ) : null}
      {result?.done ? (
        <Callout tone="ok" role="status" className="mb-4">
          {result.done}
        </Callout>
      ) : null}

      <div
        className={cx(
          "grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_360px] lg:grid-rows-[auto_1fr]",
          deciding && "min-[88rem]:grid-cols-[minmax(0,1fr)_280px_400px] min-[88rem]:grid-rows-1",
        )}
      >
        <div className="grid min-w-0 gap-4 lg:col-start-1 lg:row-span-2 lg:row-start-1 min-[88rem]:row-span-1">
          <Panel title="Reports" id="reports" flush aside={<Shown shown={body.reports.length} all={head.reportCount} most={shownReports} />}>
            {body.reports.length === 0 ? <p className="p-4 text-sm text-muted">Nobody reported this; it rests on signals.</p> : null}
            {body.reports.map((report) => (
              <ReportCard
                key={report.id}
                report={report}
                folded={foldsText(head.area)}
                seen={seen}
                stamp={stamp}
                mayWork={mayWork}
                holds={mine}
                revealed={result?.revealed?.reportId === report.id ? result.revealed : null}
              />
            ))}
          </Panel>
          <Panel title="Signals" id="signals" flush aside={<Shown shown={body.signals.length} all={head.signalCount} most={shownSignals} />}>
            {body.signals.length === 0 ? <p className="p-4 text-sm text-muted">No machine finding; it rests on reports.</p> : null}
            {body.signals.map((signal) => (
              <SignalCard key={signal.id} signal={signal} seen={seen} />
            ))}
          </Panel>
          <Panel title="Timeline" id="timeline" flush>
            <CaseTimeline
              entries={body.timeline}
              older={older}
              paged={paged}
              reference={head.reference}
              stamp={stamp}
              mayWork={mayWork}
              keptNote={result?.kept?.note}
              savedNote={result?.note ?? undefined}
              seen={seen}
            />
          </Panel>
        </div>

        <div className="grid min-w-0 gap-4 lg:col-start-2 lg:row-start-2 min-[88rem]:row-start-1">
          {undo ? <UndoPanel offer={undo} seen={seen} {...keptOf("undo")} /> : null}
          {review ? <ReviewPanel review={review} stamp={stamp} seen={seen} {...keptOf("review")} /> : null}
          <Panel title="Account" id="account" aside={<AccountStatusPill status={head.accountStatus} />}>
            <Facts
              facts={[
                { name: "Name", value: <TextLink to={`/accounts/${head.accountId}`}>{head.businessName}</TextLink> },
                { name: "Platform", value: head.platformName },
                { name: "Their id", value: <span className="font-mono">{head.externalId}</span> },
                ...(head.planTier ? [{ name: "Plan", value: head.planTier }] : []),
                { name: "Since", value: <Time at={head.accountCreatedAt} {...seen} brief /> },
              ]}
            />
          </Panel>
          <StandingPanels standing={body} seen={seen} />
        </div>

        {deciding ? (
          <div className="grid min-w-0 gap-4 lg:col-start-2 lg:row-start-1 min-[88rem]:sticky min-[88rem]:top-16 min-[88rem]:col-start-3 min-[88rem]:max-h-[calc(100dvh-76px)] min-[88rem]:overflow-y-auto">
            <DecisionColumn reference={head.reference} version={head.version} state={head.state} mine={mine} shortcuts={shortcuts} />
            <Panel title="Interim measure" id="interim">
              {proposed.map((one) => (
                <RuleMeasureProposal key={one.id} proposed={one} mayAnswer={mayWork} seen={seen} {...keptOf("accept-rule-measure")} />
              ))}
              {waiting.map((one) => (
                <p key={one.id} className="mb-2">
                  <TextLink to={`/actions/${one.id}`}>{one.reference}</TextLink> waits for a second person.
                </p>
              ))}
              <InterimMeasures measures={interim} features={[...new Map(body.gate.map((row) => [row.feature, row])).values()]} ground={ground} stamp={stamp} seen={seen} holds={mine} kept={keptFor} />
            </Panel>
          </div>
        ) : null}
      </div>
    </>
  );
}

function Shown({ shown, all, most }: { shown: number; all: number; most: number }) {
  return <span className="text-sm text-muted">{all > most ? `newest ${shown} of ${all.toLocaleString("en-US")}` : all.toLocaleString("en-US")}</span>;
}
