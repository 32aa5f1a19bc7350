import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { TextLink } from "~/components/link";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { refusalText } from "~/infra/http/refusals";
import { may } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";
import { accountFilterSchema } from "~/modules/signals/backtest/backtest.schema";
import { BacktestAccounts, BacktestComparison, BacktestProgress } from "~/modules/signals/backtest/backtest-result";
import { backtestAccounts, backtestPage } from "~/modules/signals/backtest/backtest.queries.server";
import { cancelBacktest } from "~/modules/signals/backtest/end-backtest.server";
import { useWorkPulse } from "~/components/use-work-pulse";
import { isRuleCode, ruleCatalogue } from "~/modules/signals/rules/rule-catalogue";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded ? `Back-test: ${ruleCatalogue[loaded.page.rule].title}` : "Back-test" }];

async function found(context: LoaderFunctionArgs["context"], { platform = "", rule = "", id = "" }: LoaderFunctionArgs["params"]) {
  const page = isRuleCode(rule) ? await backtestPage(context.deps.db, id, platform, rule) : null;
  if (!page) throw data({ sentence: "There is no such back-test." }, { status: 404 });
  return page;
}

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "signal:read");
  const { deps } = context;
  const page = await found(context, params);
  const filter = accountFilterSchema.parse(Object.fromEntries(new URL(request.url).searchParams));
  const { rows, next } = page.state === "finished" ? await backtestAccounts(deps.db, page.id, filter) : { rows: [], next: null };
  await noteOutcomeSeen(deps, actor, { decisionIds: rows.flatMap(({ decisionId }) => decisionId ?? []) });
  return { page, rows, next, change: filter.change ?? null, paged: filter.after !== undefined, mayCancel: may(actor, "rule:manage"), now: deps.clock().toISO() };
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "rule:manage");
  const page = await found(context, params);
  const done = await cancelBacktest(context.deps, actor, page.id);
  if (done.ok) return redirectWithFlash(new URL(request.url).pathname, { tone: "ok", text: "The back-test is cancelled." });
  const { status, sentence } = refusalText(done.reason);
  return data({ errors: [sentence] }, { status });
}

export default function Backtest() {
  const { page, rows, next, change, paged, mayCancel, now } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  useWorkPulse(page.state === "running");
  return (
    <div className="grid grid-cols-1 gap-4">
      <p className="text-sm">
        <TextLink to={`/settings/rules/${page.platform.key}/${page.rule}`}>{`${ruleCatalogue[page.rule].title}, ${page.platform.name}`}</TextLink>
      </p>
      <BacktestProgress page={page} now={now} mayCancel={mayCancel} errors={answer?.errors ?? []} />
      {page.state === "finished" ? (
        <>
          <BacktestComparison page={page} />
          <BacktestAccounts page={page} rows={rows} next={next} change={change} paged={paged} />
        </>
      ) : null}
    </div>
  );
}
