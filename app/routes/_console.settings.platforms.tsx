import { parseWithZod } from "@conform-to/zod/v4";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { readForm } from "~/infra/http/form-fields";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { refusalText } from "~/infra/http/refusals";
import { requireStaff } from "~/modules/access/require-staff.server";
import { addHoliday } from "~/modules/platforms/add-holiday.server";
import { appealPauseSchema } from "~/modules/platforms/appeal-pause.schema";
import { addHolidaySchema, removeHolidaySchema } from "~/modules/platforms/holiday.schema";
import { PlatformSettings } from "~/modules/platforms/platform-settings";
import { listPlatforms } from "~/modules/platforms/platforms.queries.server";
import { setAppealPause } from "~/modules/platforms/set-appeal-pause.server";
import { removeHoliday } from "~/modules/platforms/remove-holiday.server";

const here = "/settings/platforms";

export const meta: MetaFunction = () => [{ title: "Platforms" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, "settings:manage");
  return { platforms: await listPlatforms(context.deps.db) };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "settings:manage");
  const form = await readForm(request);
  if (form.get("intent") === "remove") {
    const parsed = removeHolidaySchema.safeParse(Object.fromEntries(form));
    const removed = parsed.success ? await removeHoliday(context.deps, actor, parsed.data) : { ok: false as const, reason: "not_found" };
    if (!removed.ok) return redirectWithFlash(here, { tone: "danger", text: refusalText(removed.reason).sentence });
    return redirectWithFlash(here, { tone: "ok", text: "The day counts as a business day again, for deadlines set from now on." });
  }
  const platformKey = String(form.get("platformKey") ?? "");
  if (form.get("intent") === "pause") {
    const submission = parseWithZod(form, { schema: appealPauseSchema });
    if (submission.status !== "success") return data({ platformKey, result: null, pause: submission.reply() }, { status: 422 });
    const set = await setAppealPause(context.deps, actor, submission.value);
    const refusal = set.ok ? null : refusalText(set.reason);
    if (refusal) return data({ platformKey, result: null, pause: submission.reply({ formErrors: [refusal.sentence] }) }, { status: refusal.status });
    return redirectWithFlash(here, { tone: "ok", text: `From now on the clock of an appeal waits ${submission.value.pauseDays} business days at most for an answer.` });
  }
  const submission = parseWithZod(form, { schema: addHolidaySchema });
  if (submission.status !== "success") return data({ platformKey, result: submission.reply(), pause: null }, { status: 422 });
  const added = await addHoliday(context.deps, actor, submission.value);
  if (added.ok) return redirectWithFlash(here, { tone: "ok", text: `${submission.value.name} is in the calendar. Deadlines set from now on pass over it.` });
  const { status, sentence } = refusalText(added.reason);
  return data({ platformKey, result: submission.reply({ fieldErrors: { day: [sentence] } }), pause: null }, { status });
}

export default function Platforms() {
  const { platforms } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  return (
    <div className="grid gap-4">
      {platforms.map((platform) => (
        <PlatformSettings key={platform.key} platform={platform} lastResult={answer?.platformKey === platform.key ? answer.result : null} pauseResult={answer?.platformKey === platform.key ? answer.pause : null} />
      ))}
    </div>
  );
}
