import type { LoaderFunctionArgs } from "@remix-run/node";
import { isId } from "~/infra/id";
import { requireStaff } from "~/modules/access/require-staff.server";
import { mostItems } from "~/modules/bulk/bulk-kinds";
import { bulkItems, bulkPage } from "~/modules/bulk/bulk.queries.server";
import { reasonSentence } from "~/modules/bulk/item-reason";
import { itemsCsv } from "~/modules/bulk/items-csv";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";

/** What became of every item of a bulk action, as a file. */
export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "case:read");
  const { db } = context.deps;
  const page = isId(params.id) ? await bulkPage(db, params.id) : null;
  if (!page) return new Response("There is no such bulk action.", { status: 404, headers: { "Content-Type": "text/plain; charset=utf-8" } });
  const { rows } = await bulkItems(db, page.id, {}, mostItems);
  await noteOutcomeSeen(context.deps, actor, { decisionIds: rows.flatMap(({ decisionId }) => decisionId ?? []) });
  const csv = itemsCsv(rows.map((row) => ({ ...row, sentence: row.reason && reasonSentence(row.reason), settledAt: row.settledAt?.toISOString() ?? null })));
  return new Response(csv, {
    headers: { "Content-Type": "text/csv; charset=utf-8", "Content-Disposition": `attachment; filename="${page.reference}.csv"`, "Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff" },
  });
}
