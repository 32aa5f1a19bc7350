import type { LoaderFunctionArgs } from "@remix-run/node";
import { isId } from "~/infra/id";
import { requireStaff } from "~/modules/access/require-staff.server";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";
import { accountsCsv } from "~/modules/signals/backtest/accounts-csv";
import { backtestAccounts } from "~/modules/signals/backtest/backtest.queries.server";
import { mostAccounts } from "~/modules/signals/work-on-backtest.server";

/** Every account a finished back-test lists, as a file. */
export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "signal:read");
  const { deps } = context;
  const backtest = isId(params.id) ? await deps.db.ruleBacktest.findFirst({ where: { id: params.id, state: "finished" }, select: { id: true } }) : null;
  if (!backtest) return new Response("There is no such back-test with a result.", { status: 404, headers: { "Content-Type": "text/plain; charset=utf-8" } });
  const { rows } = await backtestAccounts(deps.db, backtest.id, {}, mostAccounts);
  await noteOutcomeSeen(deps, actor, { decisionIds: rows.flatMap(({ decisionId }) => decisionId ?? []) });
  return new Response(accountsCsv(rows), {
    headers: { "Content-Type": "text/csv; charset=utf-8", "Content-Disposition": `attachment; filename="backtest-${backtest.id}.csv"`, "Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff" },
  });
}
