import type { LoaderFunctionArgs } from "@remix-run/node";
import { z } from "zod";
import { requireStaff } from "~/modules/access/require-staff.server";
import { platformChoices } from "~/modules/platforms/platforms.queries.server";
import { signalFilterSchema } from "~/modules/signals/signal-filter.schema";
import type { SignalPulse } from "~/modules/signals/signal-pulse";
import { signalPageSize, signalPulse } from "~/modules/signals/signals.queries.server";

const asked = z.object({ marker: z.string().max(60), ids: z.array(z.uuid()).max(signalPageSize) });

/** What changed since a list of signals was made. */
export async function loader({ request, context }: LoaderFunctionArgs): Promise<SignalPulse> {
  await requireStaff(request, context, "signal:read");
  const { db } = context.deps;
  const params = new URL(request.url).searchParams;
  const seen = asked.safeParse({ marker: params.get("marker"), ids: params.getAll("id") });
  const filter = signalFilterSchema.parse(Object.fromEntries(params));
  const platform = (await platformChoices(db)).find(({ key }) => key === filter.platform);
  return seen.success && platform ? signalPulse(db, platform.id, filter, seen.data) : { fresh: 0, listed: [] };
}
