import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { ErrorSummary } from "~/components/error-summary";
import { PageHeader } from "~/components/page-header";
import { useWorkPulse } from "~/components/use-work-pulse";
import { readForm } from "~/infra/http/form-fields";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { refusalText } from "~/infra/http/refusals";
import { isId } from "~/infra/id";
import { may, type StaffActor } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { pauseCampaignSchema, resumeCampaignSchema, stopCampaignSchema } from "~/modules/notices/campaign/move-campaign.schema";
import { pauseCampaign } from "~/modules/notices/campaign/pause-campaign.server";
import { resumeCampaign } from "~/modules/notices/campaign/resume-campaign.server";
import { settleUnreachableSchema } from "~/modules/notices/campaign/settle-unreachable.schema";
import { settleUnreachable } from "~/modules/notices/campaign/settle-unreachable.server";
import { stopCampaign } from "~/modules/notices/campaign/stop-campaign.server";
import { campaignDesk } from "~/modules/policy/campaign-desk.queries.server";
import { CampaignPill, CampaignProgress, CampaignSpread, HeldPanel, ProofPanel, ShorterPanel, SteerPanel, UnreachablePanel } from "~/modules/policy/campaign-view";
import { answerShorterNoticeSchema, askShorterNoticeSchema, moveEffectiveDaySchema } from "~/modules/policy/move-effective-day.schema";
import { moveVersionDay } from "~/modules/policy/move-effective-day.server";
import { answerShorterNotice, askShorterNotice } from "~/modules/policy/shorter-notice.server";
import type { Deps } from "~/infra/deps.server";
import type { z } from "zod";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: `${loaded ? `Notice of ${loaded.desk.policy} ${loaded.desk.version.number}` : "Campaign"} · Trust and safety` }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "notice:read");
  const now = context.deps.clock();
  const desk = isId(params.id) ? await campaignDesk(context.deps, params.id, now) : null;
  if (!desk) throw data({ sentence: refusalText("campaign_unknown").sentence }, { status: 404 });
  return { desk, now: now.toISO(), me: actor.id, mayPublish: may(actor, "policy:publish"), mayShorten: may(actor, "policy:shorten"), mayExport: may(actor, "notice:export") };
}

type Done = { ok: true } | { ok: false; reason: string; detail?: Record<string, unknown> };
interface Move {
  schema: z.ZodType;
  said: string;
  run(deps: Deps, actor: StaffActor, input: never): Promise<Done>;
}

const moves: Record<string, Move> = {
  pause: { schema: pauseCampaignSchema, said: "Nothing more is sent until it goes on.", run: pauseCampaign },
  resume: { schema: resumeCampaignSchema, said: "It goes on.", run: resumeCampaign },
  stop: { schema: stopCampaignSchema, said: "The campaign is stopped for good.", run: stopCampaign },
  settle: { schema: settleUnreachableSchema, said: "It is on record that they were told.", run: settleUnreachable },
  move: { schema: moveEffectiveDaySchema, said: "The version waits for the new day.", run: moveVersionDay },
  ask: { schema: askShorterNoticeSchema, said: "A second person has to agree.", run: askShorterNotice },
  answer: { schema: answerShorterNoticeSchema, said: "Your answer is on record.", run: answerShorterNotice },
};

export async function action({ request, context, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "notice:read");
  const form = Object.fromEntries(await readForm(request));
  const move = typeof form.intent === "string" && Object.hasOwn(moves, form.intent) ? moves[form.intent]! : null;
  if (!move) return data({ errors: [refusalText("invalid").sentence] }, { status: 422 });
  const toldAt = typeof form.toldAt === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(form.toldAt) ? `${form.toldAt}Z` : form.toldAt;
  const parsed = move.schema.safeParse({ ...form, toldAt, campaignId: params.id });
  if (!parsed.success) return data({ errors: parsed.error.issues.map(({ message }) => message) }, { status: 422 });
  const done = await move.run(context.deps, actor, parsed.data as never);
  if (done.ok) return redirectWithFlash(`/notices/campaigns/${params.id}`, { tone: "ok", text: move.said });
  const { status, sentence } = refusalText(done.reason);
  const earliest = typeof done.detail?.earliest === "string" ? ` The earliest lawful day is ${done.detail.earliest}.` : "";
  return data({ errors: [`${sentence}${earliest}`] }, { status });
}

export default function Campaign() {
  const { desk, now, me, mayPublish, mayShorten, mayExport } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  useWorkPulse(desk.state === "sending");
  const page = { desk, now };
  return (
    <>
      <PageHeader
        crumbs={[{ label: "Notices", to: "/notices" }, { label: "Campaigns", to: "/notices/campaigns" }, { label: `${desk.policy} ${desk.version.number}` }]}
        title={`Notice of ${desk.policy}, version ${desk.version.number}`}
        status={<CampaignPill state={desk.state} held={desk.held !== null} />}
        lead={`Tells every account holder of ${desk.platform.name} what changes.`}
      />
      <ErrorSummary title="Nothing was changed" entries={answer ? [{ id: null, errors: answer.errors }] : []} />
      <div className="grid gap-4">
        <HeldPanel {...page} mayPublish={mayPublish} />
        <CampaignProgress {...page} />
        <UnreachablePanel {...page} mayPublish={mayPublish} />
        <CampaignSpread desk={desk} />
        {mayPublish ? <SteerPanel desk={desk} /> : null}
        <ShorterPanel {...page} me={me} mayAsk={mayShorten} mayAnswer={mayPublish || mayShorten} />
        {mayExport && desk.startedAt ? <ProofPanel id={desk.id} /> : null}
      </div>
    </>
  );
}
