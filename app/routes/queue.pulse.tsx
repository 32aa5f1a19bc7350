import type { LoaderFunctionArgs } from "@remix-run/node";
import { z } from "zod";
import { requireStaff } from "~/modules/access/require-staff.server";
import { parseQueueAddress } from "~/modules/cases/queue-filter";
import { rowUpdate } from "~/modules/cases/queue-view";
import { queuePulse } from "~/modules/cases/queue.queries.server";

const asked = z.object({ marker: z.uuid(), ids: z.array(z.uuid()).max(100) });

/** What changed since a page of the queue was made. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const { deps } = context;
  const actor = await requireStaff(request, context, "case:read");
  const params = new URL(request.url).searchParams;
  const seen = asked.safeParse({ marker: params.get("marker"), ids: params.getAll("id") });
  if (!seen.success) return { fresh: 0, listed: [] };
  const now = deps.clock();
  const pulse = await queuePulse(deps.db, parseQueueAddress(params).filter, seen.data, { staffId: actor.id, now: now.toJSDate() });
  return { fresh: pulse.fresh, listed: pulse.listed.map((row) => rowUpdate(row, now)) };
}
