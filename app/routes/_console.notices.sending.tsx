import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData, type ShouldRevalidateFunction } from "@remix-run/react";
import { PageHeader } from "~/components/page-header";
import { readForm } from "~/infra/http/form-fields";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { refusalText } from "~/infra/http/refusals";
import { may } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { pauseNoticesSchema, resumeNoticesSchema } from "~/modules/notices/sending/pause-notices.schema";
import { pauseNotices } from "~/modules/notices/sending/pause-notices.server";
import { resumeNotices } from "~/modules/notices/sending/resume-notices.server";
import { sendingDesk } from "~/modules/notices/sending/sending.queries.server";
import { PacedDomains, PastPauses, PauseForm, PauseList, SendingNow, type SendingAnswer } from "~/modules/notices/sending/sending-view";
import { errorsByField, textsOf } from "~/modules/policy/sent-form";

export const meta: MetaFunction = () => [{ title: "Sending of notices · Trust and safety" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "notice:read");
  return { desk: await sendingDesk(context.deps), now: context.deps.clock().toISO(), mayPause: may(actor, "notice:pause") };
}

/** A refused form is shown beside what is the case now: that is why it was refused. */
export const shouldRevalidate: ShouldRevalidateFunction = ({ actionStatus, defaultShouldRevalidate }) => actionStatus === 409 || defaultShouldRevalidate;

export async function action({ request, context }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "notice:read");
  const sent = textsOf(await readForm(request));
  const told = (status: number, over: Partial<SendingAnswer>) => data<SendingAnswer>({ intent: sent.intent ?? "", values: sent, errors: {}, refusal: null, ...over }, { status });
  const done = (text: string) => redirectWithFlash("/notices/sending", { tone: "ok", text });
  const refused = (reason: string) => told(refusalText(reason).status, { refusal: refusalText(reason).sentence });
  if (sent.intent === "pause") {
    const parsed = pauseNoticesSchema.safeParse(sent);
    if (!parsed.success) return told(422, { errors: errorsByField(parsed.error) });
    const paused = await pauseNotices(context.deps, actor, parsed.data);
    return paused.ok ? done("Nothing more is handed over until sending goes on.") : refused(paused.reason);
  }
  if (sent.intent === "resume") {
    const parsed = resumeNoticesSchema.safeParse(sent);
    if (!parsed.success) return told(422, { errors: errorsByField(parsed.error) });
    const resumed = await resumeNotices(context.deps, actor, parsed.data);
    if (!resumed.ok) return refused(resumed.reason);
    const sentOn = resumed.notices === 0 ? "Nothing waited for it." : resumed.notices === 1 ? "One message is on its way." : `${resumed.notices.toLocaleString("en-US")} messages are on their way.`;
    return done(`Sending goes on. ${sentOn}`);
  }
  return refused("invalid");
}

export default function Sending() {
  const { desk, now, mayPause } = useLoaderData<typeof loader>();
  const answer = useActionData<SendingAnswer>();
  const page = { desk, now, mayPause, answer };
  const isEverythingPaused = desk.pauses.some(({ platformName }) => platformName === null);
  return (
    <>
      <PageHeader crumbs={[{ label: "Notices", to: "/notices" }, { label: "Sending" }]} title="Sending of notices" lead="How receipts, statements of reasons, reminders and rulings go out, and where they wait." />
      <div className="grid gap-4">
        <PauseList {...page} />
        <SendingNow {...page} />
        {mayPause && !isEverythingPaused ? <PauseForm {...page} /> : null}
        <PacedDomains {...page} />
        <PastPauses {...page} />
      </div>
    </>
  );
}
