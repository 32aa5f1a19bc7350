import type { LoaderFunctionArgs } from "@remix-run/node";
import { isId } from "~/infra/id";
import { requireStaff } from "~/modules/access/require-staff.server";
import { provingEvents } from "~/modules/signals/proving-events.queries.server";
import { provingEventsCsv } from "~/modules/signals/proving-events-csv";

/** Every event that proves a signal, as a file. */
export async function loader({ request, context, params }: LoaderFunctionArgs) {
  await requireStaff(request, context, "signal:read");
  const events = isId(params.id) ? await provingEvents(context.deps, params.id) : null;
  if (!events) return new Response("There is no such signal that rests on events.", { status: 404, headers: { "Content-Type": "text/plain; charset=utf-8" } });
  return new Response(provingEventsCsv(events), {
    headers: { "Content-Type": "text/csv; charset=utf-8", "Content-Disposition": `attachment; filename="signal-${params.id}.csv"`, "Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff" },
  });
}
