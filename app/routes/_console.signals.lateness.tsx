import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { StatusPill } from "~/components/badge";
import { DataTable } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { Callout } from "~/components/flash";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { may } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { ordinarilyBehind } from "~/modules/signals/lateness";
import { LatenessChart, spanInWords } from "~/modules/signals/lateness-chart";
import { accountsSetAside, arrivalDays, arrivals, shardsBehind } from "~/modules/signals/lateness.queries.server";
import { releaseAccountSchema } from "~/modules/signals/release-account.schema";
import { releaseAccount } from "~/modules/signals/release-account.server";
import { SetAsidePanel } from "~/modules/signals/set-aside-panel";
import { SignalTabs } from "~/modules/signals/signal-tabs";
import { figure } from "~/modules/signals/signal-words";

export const meta: MetaFunction = () => [{ title: "Lateness · Signals" }];

const seconds = (since: Date | null, nowMs: number): number => (since ? Math.max(0, (nowMs - since.getTime()) / 1_000) : 0);

export async function loader({ request, context }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "signal:read");
  const { deps } = context;
  const now = deps.clock();
  const { shards, workers, neverJudged } = await shardsBehind(deps);
  const measured = shards.map(({ judgedUntil, countedUntil, failedAt, ...shard }) => ({ ...shard, failedAt: failedAt?.toISOString() ?? null, judge: seconds(judgedUntil, now.toMillis()), count: seconds(countedUntil, now.toMillis()) }));
  return {
    workers,
    neverJudged,
    held: measured.filter(({ held }) => held).length,
    shards: measured.length,
    judge: Math.max(...measured.map(({ judge }) => judge)),
    count: Math.max(...measured.map(({ count }) => count)),
    behind: measured.filter(({ judge, count, held, failures }) => !held || failures > 0 || judge > ordinarilyBehind || count > ordinarilyBehind),
    arrivals: await arrivals(deps),
    days: arrivalDays,
    aside: (await accountsSetAside(deps)).map(({ oldest, retentionDays, since, releasedAt, ...row }) => ({
      ...row,
      since: since.toISOString(),
      releasedAt: releasedAt?.toISOString() ?? null,
      dropsAt: oldest ? new Date(oldest.getTime() + retentionDays * 86_400_000).toISOString() : null,
    })),
    mayRelease: may(actor, "rule:manage"),
    now: now.toISO()!,
  };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "rule:manage");
  const parsed = releaseAccountSchema.safeParse(Object.fromEntries(await readForm(request)));
  const released = parsed.success ? await releaseAccount(context.deps, actor, parsed.data) : { ok: false as const, reason: "not_set_aside" as const };
  return redirectWithFlash("/signals/lateness", released.ok ? { tone: "ok", text: "The account is released. A worker judges what it did since, and then goes on with it." } : { tone: "danger", text: refusalText(released.reason).sentence });
}

const behindWords = (span: number): string => (span <= ordinarilyBehind ? "Up to date" : `Behind by ${spanInWords(span)}`);
const reasonWords: Record<string, string> = { invalid: "not in order", malformed_json: "no JSON", account_unknown: "of no known account", too_old: "more than 72 hours old", in_future: "dated ahead" };

export default function Lateness() {
  const { workers, held, shards, judge, count, behind, neverJudged, arrivals: platforms, days, aside, mayRelease, now } = useLoaderData<typeof loader>();
  const facts = [
    { name: "Workers", value: figure(workers) },
    { name: "Shards", value: `${figure(held)} of ${figure(shards)} held by a worker` },
    { name: "Judging", value: behindWords(judge) },
    { name: "Counting", value: behindWords(count) },
    { name: "Never judged", value: neverJudged === 0 ? "None" : `${figure(neverJudged)} events, on all platforms since the first: by the time they could be read, what they were about was settled` },
  ];
  return (
    <>
      <PageHeader title="Lateness" lead="How far the events are judged and counted, how late they come, and whose are left out." />
      <SignalTabs current="lateness" />
      <div className="grid gap-4 pt-4">
        {aside.length > 0 ? (
          <Callout tone="warn" title={aside.length === 1 ? "One account is not judged" : `${figure(aside.length)} accounts are not judged`}>
            {aside.length === 1 ? "Its" : "Their"} events fail, or did. Whoever runs the worker finds the error in its log, by the account’s id.
          </Callout>
        ) : null}
        {workers === 0 ? (
          <Callout tone="danger" title="No worker judges events">
            Start one with npm run worker. What comes meanwhile is kept and judged then.
          </Callout>
        ) : null}
        <Panel title="How far" id="far">
          <Facts facts={facts} />
          <p className="pt-3 text-sm text-muted">What is judged is saved about twice a minute, so up to {ordinarilyBehind} seconds are no delay. After a restart, that much is judged again and comes out the same.</p>
        </Panel>
        {behind.length > 0 ? (
          <Panel title="Shards to look at" id="behind" flush>
            <DataTable
              caption="Shards to look at"
              rows={behind}
              rowKey={(row) => String(row.shard)}
              columns={[
                { key: "shard", header: "Shard", cell: (row) => row.shard },
                { key: "held", header: "Worker", cell: (row) => (row.held ? "Held" : <StatusPill tone="warn">Nobody</StatusPill>) },
                { key: "judge", header: "Judging", cell: (row) => behindWords(row.judge) },
                { key: "count", header: "Counting", from: "sm", cell: (row) => behindWords(row.count) },
                {
                  key: "failed",
                  header: "Last failure",
                  cell: (row) => (row.failures > 0 && row.failedAt ? <span className="wrap-anywhere">{`${row.failedWith ?? "Error"}, ${figure(row.failures)} times, `}<Time at={row.failedAt} now={now} zone="UTC" brief /></span> : "—"),
                },
              ]}
            />
          </Panel>
        ) : null}
        <SetAsidePanel rows={aside} mayRelease={mayRelease} now={now} />
        <Panel title={`How late events came, last ${days} days`} id="arrivals" flush>
          <DataTable
            caption={`How late events came, last ${days} days`}
            rows={platforms}
            rowKey={(row) => row.key}
            empty={<EmptyState title="No platform">Add one by the command line.</EmptyState>}
            columns={[
              { key: "platform", header: "Platform", cell: (row) => row.name },
              { key: "events", header: "Events", align: "right", cell: (row) => figure(row.all) },
              { key: "half", header: "Half within", from: "sm", align: "right", cell: (row) => span(row.half) },
              { key: "most", header: "99 of 100 within", from: "sm", align: "right", cell: (row) => span(row.nearlyAll) },
              { key: "chart", header: "Under a second … three days and more", from: "lg", cell: (row) => <LatenessChart name={row.name} events={row.events} /> },
              { key: "refused", header: "Refused", from: "md", cell: (row) => (row.refused.length === 0 ? "None" : row.refused.map(({ reason, count: events }) => `${figure(events)} ${reasonWords[reason] ?? reason}`).join(", ")) },
            ]}
          />
        </Panel>
      </div>
    </>
  );
}

const span = (bound: number | "later" | null): string => (bound === null ? "—" : bound === "later" ? "Later than 3 days" : spanInWords(bound));
