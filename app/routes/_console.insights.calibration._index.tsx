import { parseWithZod } from "@conform-to/zod/v4";
import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { Button } from "~/components/button";
import { ErrorSummary } from "~/components/error-summary";
import { Callout } from "~/components/flash";
import { InputField } from "~/components/inputs";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { TabLinks } from "~/components/tabs";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { may } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { calibrationFigures, type CalibrationFigures } from "~/modules/calibration/calibration.queries.server";
import { calibrationFilterSchema, calibrationShareSchema } from "~/modules/calibration/calibration.schema";
import { claimSample } from "~/modules/calibration/claim-sample.server";
import { AgreementPanels, Differing, OverturnPanels } from "~/modules/calibration/figures";
import { setCalibrationShare } from "~/modules/calibration/set-calibration-share.server";

const here = "/insights/calibration";

export const meta: MetaFunction = () => [{ title: "Calibration · Trust and safety" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context);
  const [mayRead, mayReview] = [may(actor, "calibration:read"), may(actor, "calibration:review")];
  if (!mayRead && !mayReview) throw Response.json({ reason: "forbidden" }, { status: 403 });
  const { platform } = calibrationFilterSchema.parse(Object.fromEntries(new URL(request.url).searchParams));
  const figures = mayRead ? await calibrationFigures(context.deps, platform ?? null) : null;
  return { figures, mayReview, maySet: may(actor, "settings:manage") };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context);
  const form = await readForm(request);
  if (form.get("intent") === "share") {
    const submission = parseWithZod(form, { schema: calibrationShareSchema });
    if (submission.status !== "success") return data({ share: submission.reply() }, { status: 422 });
    const set = await setCalibrationShare(context.deps, actor, submission.value);
    if (!set.ok) return data({ share: submission.reply({ formErrors: [refusalText(set.reason).sentence] }) }, { status: refusalText(set.reason).status });
    return redirectWithFlash(`${here}?platform=${encodeURIComponent(submission.value.platformKey)}`, { tone: "ok", text: `From now on, ${submission.value.percent / 100} % of decisions are drawn for a second look.` });
  }
  const claimed = await claimSample(context.deps, actor);
  if (!claimed.ok) return redirectWithFlash(here, { tone: claimed.reason === "no_sample" ? "info" : "danger", text: refusalText(claimed.reason).sentence });
  return redirect(`${here}/${claimed.reference}`);
}

export default function Calibration() {
  const { figures, mayReview, maySet } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader
        title="Calibration"
        lead="A share of decisions is looked at a second time by somebody who does not know what was decided. How far the two agree shows how well the rules are understood."
        actions={
          mayReview ? (
            <Form method="post">
              <Button type="submit" name="intent" value="claim" variant="primary">
                Review the next sample
              </Button>
            </Form>
          ) : null
        }
      />
      {figures ? (
        <Figures figures={figures} maySet={maySet} />
      ) : (
        <Callout tone="info" title="You review, others read the figures">
          Take the next sample above. You see the evidence and the rules, never what was decided. Whoever opened the case cannot review it any more.
        </Callout>
      )}
    </>
  );
}

function Figures({ figures, maySet }: { figures: CalibrationFigures; maySet: boolean }) {
  const { counts, platforms } = figures;
  const tabs = [{ to: here, label: "All platforms", current: figures.platform === null }, ...platforms.map(({ key, name }) => ({ to: `${here}?platform=${key}`, label: name, current: figures.platform === key }))];
  const chosen = platforms.find(({ key }) => key === figures.platform);
  return (
    <>
      <TabLinks label="Which platform" tabs={tabs} />
      <div className="mt-4 grid grid-cols-[minmax(0,1fr)] gap-4">
        <Panel title={`Samples of the last ${figures.windowDays} days`}>
          <Facts
            facts={[
              { name: "Drawn", value: `${counts.drawn.toLocaleString("en-US")} of ${counts.decisions.toLocaleString("en-US")} decisions` },
              { name: "Reviewed", value: `${counts.reviewed.toLocaleString("en-US")} of ${counts.drawn.toLocaleString("en-US")} drawn` },
              { name: "Waiting now", value: counts.waiting.toLocaleString("en-US") },
              { name: "Share drawn", value: platforms.filter(({ key }) => !figures.platform || key === figures.platform).map(({ name, percent }) => `${name} ${percent} %`).join(", ") },
            ]}
          />
          {chosen && maySet ? <ShareForm platform={chosen} /> : null}
        </Panel>
        <AgreementPanels figures={figures} />
        <OverturnPanels figures={figures} />
        <Differing figures={figures} />
      </div>
    </>
  );
}

function ShareForm({ platform }: { platform: { key: string; name: string; percent: number } }) {
  const answer = useActionData<typeof action>();
  const errors = answer?.share.error ?? {};
  return (
    <Form method="post" noValidate className="mt-4 grid gap-3">
      <ErrorSummary
        title="The share was not changed"
        entries={[
          { id: null, errors: errors[""] ?? [] },
          { id: "percent", errors: errors.percent ?? [] },
        ]}
      />
      <input type="hidden" name="platformKey" value={platform.key} />
      <div className="flex flex-wrap items-end gap-3">
        <InputField id="percent" name="percent" type="number" inputMode="decimal" min={1} max={100} step={0.5} label={`Share of ${platform.name}’s decisions, in percent`} hint="From 1 to 100. Counts for decisions from now on." defaultValue={platform.percent} errors={errors.percent ?? undefined} required />
        <Button type="submit" name="intent" value="share">
          Set the share
        </Button>
      </div>
    </Form>
  );
}
