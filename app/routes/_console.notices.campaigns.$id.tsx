import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, type SerializeFrom } from "@remix-run/node";
import { useActionData, useLoaderData, type ShouldRevalidateFunction } from "@remix-run/react";
import { z } from "zod";
import { PageHeader } from "~/components/page-header";
import { useWorkPulse } from "~/components/use-work-pulse";
import type { Deps } from "~/infra/deps.server";
import { readForm } from "~/infra/http/form-fields";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { refusalText } from "~/infra/http/refusals";
import { isId } from "~/infra/id";
import { instantOfWallTime } from "~/infra/wall-time";
import { may, type StaffActor } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { changePaceSchema } from "~/modules/notices/campaign/change-pace.schema";
import { changePace } from "~/modules/notices/campaign/change-pace.server";
import { pauseCampaignSchema, resumeCampaignSchema, stopCampaignSchema } from "~/modules/notices/campaign/move-campaign.schema";
import { pauseCampaign } from "~/modules/notices/campaign/pause-campaign.server";
import { resumeCampaign } from "~/modules/notices/campaign/resume-campaign.server";
import { settleUnreachableSchema } from "~/modules/notices/campaign/settle-unreachable.schema";
import { settleUnreachable } from "~/modules/notices/campaign/settle-unreachable.server";
import { stopCampaign } from "~/modules/notices/campaign/stop-campaign.server";
import { tryUnreachableAgain } from "~/modules/notices/campaign/try-again.server";
import { campaignDesk, campaignPlace } from "~/modules/policy/campaign-desk.queries.server";
import { HeldPanel, SteerPanel, UnreachablePanel } from "~/modules/policy/campaign-forms";
import { CampaignPill, CampaignProgress, CampaignSpread, ProofPanel } from "~/modules/policy/campaign-view";
import { AnswerSummary, type FormAnswer } from "~/modules/policy/form-answer";
import { answerShorterNoticeSchema, askShorterNoticeSchema, moveEffectiveDaySchema } from "~/modules/policy/move-effective-day.schema";
import { moveVersionDay } from "~/modules/policy/move-effective-day.server";
import { errorsByField, textsOf } from "~/modules/policy/sent-form";
import { answerShorterNotice, askShorterNotice } from "~/modules/policy/shorter-notice.server";
import { ShorterPanel } from "~/modules/policy/shorter-panel";
import { testSendVersion } from "~/modules/policy/test-send-version.server";
import { testSendVersionSchema } from "~/modules/policy/write-version.schema";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: `${loaded ? `Notice of ${loaded.desk.policy} ${loaded.desk.version.number}` : "Campaign"} · Trust and safety` }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "notice:read");
  const now = context.deps.clock();
  const desk = isId(params.id) ? await campaignDesk(context.deps, params.id, now) : null;
  if (!desk) throw data({ sentence: refusalText("campaign_unknown").sentence }, { status: 404 });
  return { desk, now: now.toISO(), me: actor.id, mayPublish: may(actor, "policy:publish"), mayShorten: may(actor, "policy:shorten"), mayExport: may(actor, "notice:export") };
}

/** A refused form is shown beside what is the case now: that is why it was refused. */
export const shouldRevalidate: ShouldRevalidateFunction = ({ actionStatus, defaultShouldRevalidate }) => actionStatus === 409 || defaultShouldRevalidate;

type Done = { ok: true; messages?: number } | { ok: false; reason: string; detail?: Record<string, unknown> };
interface Move {
  schema: z.ZodType;
  said: string | ((done: { messages?: number }) => string);
  run(deps: Deps, actor: StaffActor, input: never): Promise<Done>;
}

const moves: Record<string, Move> = {
  pause: { schema: pauseCampaignSchema, said: "Nothing more is sent until it goes on.", run: pauseCampaign },
  resume: { schema: resumeCampaignSchema, said: "It goes on.", run: resumeCampaign },
  stop: { schema: stopCampaignSchema, said: "The campaign is stopped for good.", run: stopCampaign },
  pace: { schema: changePaceSchema, said: "It goes at that pace from now on.", run: changePace },
  again: { schema: resumeCampaignSchema, said: ({ messages = 0 }) => (messages === 0 ? "Nobody is left to be tried again." : `${messages} ${messages === 1 ? "is" : "are"} tried again.`), run: tryUnreachableAgain },
  settle: { schema: settleUnreachableSchema, said: "It is on record that they were told.", run: settleUnreachable },
  move: { schema: moveEffectiveDaySchema, said: "The version waits for the new day.", run: moveVersionDay },
  ask: { schema: askShorterNoticeSchema, said: "A second person has to agree.", run: askShorterNotice },
  answer: { schema: answerShorterNoticeSchema, said: "Your answer is on record.", run: answerShorterNotice },
  test: { schema: testSendVersionSchema.extend({ versionId: z.uuid() }), said: "A test is on its way to your address.", run: testSendVersion },
};

/** The field a refusal is about, so that it is said where it can be put right. */
const fieldOf: Readonly<Record<string, string>> = {
  effective_day_over: "effectiveOn",
  effective_too_far: "effectiveOn",
  effective_day_unlawful: "effectiveOn",
  effective_day_told: "effectiveOn",
  told_in_future: "toldAt",
  told_before_start: "toldAt",
};

export async function action({ request, context, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "notice:read");
  const sent = textsOf(await readForm(request));
  const intent = sent.intent ?? "";
  const told = (status: number, over: Partial<FormAnswer>) => data<FormAnswer>({ intent, values: sent, errors: {}, refusal: null, stale: false, ...over }, { status });
  const move = Object.hasOwn(moves, intent) ? moves[intent]! : null;
  const place = isId(params.id) ? await campaignPlace(context.deps, params.id) : null;
  if (!place) return told(404, { refusal: refusalText("campaign_unknown").sentence });
  if (!move) return told(400, { refusal: refusalText("invalid").sentence });
  const toldAt = sent.toldAt ? instantOfWallTime(sent.toldAt, place.zone) : null;
  if (sent.toldAt && !toldAt) return told(422, { errors: { toldAt: [`The clocks of ${place.zone} never show that time. Give another.`] } });
  const parsed = move.schema.safeParse({ ...sent, toldAt: toldAt?.toISO(), campaignId: params.id, versionId: place.versionId });
  if (!parsed.success) return told(422, { errors: errorsByField(parsed.error) });
  const done = await move.run(context.deps, actor, parsed.data as never);
  if (done.ok) return redirectWithFlash(`/notices/campaigns/${params.id}`, { tone: "ok", text: typeof move.said === "string" ? move.said : move.said(done) });
  const { status, sentence } = refusalText(done.reason);
  const earliest = typeof done.detail?.earliest === "string" ? ` The earliest lawful day is ${done.detail.earliest}.` : "";
  const field = fieldOf[done.reason];
  return told(status, field && field in sent ? { errors: { [field]: [`${sentence}${earliest}`] } } : { refusal: `${sentence}${earliest}` });
}

type Desk = SerializeFrom<typeof loader>["desk"];

const isScheduled = ({ version, state }: Desk): boolean => version.state === "scheduled" && state !== "stopped";

/** Whether the form that was refused still stands on the page: somebody may have pressed another meanwhile. */
function hasForm({ intent, values }: FormAnswer, desk: Desk, { mayPublish, mayShorten }: { mayPublish: boolean; mayShorten: boolean }): boolean {
  const isAsked = desk.shorter.some(({ state }) => state === "asked");
  if (intent === "ask") return mayShorten && isScheduled(desk) && !isAsked;
  if (intent === "answer") return (mayPublish || mayShorten) && desk.shorter.some(({ id, state }) => id === values.requestId && state === "asked");
  if (!mayPublish) return false;
  const stands: Record<string, boolean> = {
    pause: desk.state === "sending",
    resume: desk.state === "paused",
    stop: desk.state !== "stopped",
    test: desk.state !== "stopped",
    pace: desk.state !== "stopped",
    again: desk.triable > 0 && desk.state !== "stopped",
    settle: desk.unreachable.some(({ accountId }) => accountId === values.accountId),
    move: desk.held !== null && desk.offered !== null,
  };
  return Object.hasOwn(stands, intent) && stands[intent]!;
}

export default function Campaign() {
  const { desk, now, me, mayPublish, mayShorten, mayExport } = useLoaderData<typeof loader>();
  const answer = useActionData<FormAnswer>();
  useWorkPulse(desk.state === "sending");
  const page = { desk, now, answer };
  return (
    <>
      <PageHeader
        crumbs={[{ label: "Notices", to: "/notices" }, { label: "Campaigns", to: "/notices/campaigns" }, { label: `${desk.policy} ${desk.version.number}` }]}
        title={`Notice of ${desk.policy}, version ${desk.version.number}`}
        status={<CampaignPill state={desk.state} held={desk.held !== null} />}
        lead={`Tells every account holder of ${desk.platform.name} what changes.`}
      />
      {answer && !hasForm(answer, desk, { mayPublish, mayShorten }) ? <AnswerSummary form="campaign" answer={answer} title="Nothing was changed" /> : null}
      <div className="grid gap-4">
        <HeldPanel {...page} mayPublish={mayPublish} />
        <CampaignProgress {...page} />
        <UnreachablePanel {...page} mayPublish={mayPublish} />
        <CampaignSpread desk={desk} />
        {mayPublish ? <SteerPanel {...page} /> : null}
        <ShorterPanel version={desk.version} shorter={desk.shorter} told={desk.effectiveDay} now={now} zone={desk.platform.zone} me={me} mayAsk={mayShorten && isScheduled(desk)} mayAnswer={mayPublish || mayShorten} answer={answer} />
        {mayExport && desk.startedAt ? <ProofPanel id={desk.id} /> : null}
      </div>
    </>
  );
}
