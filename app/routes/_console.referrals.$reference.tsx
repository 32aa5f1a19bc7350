import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData, useRevalidator } from "@remix-run/react";
import { useEffect } from "react";
import { StatusPill } from "~/components/badge";
import { Button } from "~/components/button";
import { ErrorSummary } from "~/components/error-summary";
import { Callout } from "~/components/flash";
import { TextareaField } from "~/components/inputs";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { Progress } from "~/components/progress";
import { Time } from "~/components/time";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { requireStaff } from "~/modules/access/require-staff.server";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";
import { approveReferral } from "~/modules/referrals/approve-referral.server";
import { fieldErrors, wholeForm, type FieldErrors } from "~/modules/referrals/form-errors";
import { moveReferral, type ReferralStep } from "~/modules/referrals/move-referral.server";
import { PacketPreview } from "~/modules/referrals/packet-preview";
import { ReferralForm } from "~/modules/referrals/referral-form";
import { reasonSchema, reasonsOf, referralContentSchema } from "~/modules/referrals/referral.schema";
import { referralStateNames } from "~/modules/referrals/referral-state";
import { referralIdOf, referralPage, type ReferralPage } from "~/modules/referrals/referrals.queries.server";
import { retryPacket } from "~/modules/referrals/requeue-packets.server";
import { saveReferral } from "~/modules/referrals/save-referral.server";

export const meta: MetaFunction<typeof loader> = ({ data: found }) => [{ title: `${found?.page.reference ?? "Referral"} · Trust and safety` }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "referral:read");
  const page = await referralPage(context.deps, actor, params.reference ?? "");
  if (!page) throw data({ sentence: "No referral has this reference. Check it, or look in the list." }, { status: 404 });
  await noteOutcomeSeen(context.deps, actor, { caseReferences: [page.caseReference], accountIds: [] });
  return { page, now: context.deps.clock().toISO() };
}

interface Answer {
  errors: FieldErrors;
  sent: Record<string, string[]>;
}

/** Fields of the draft that the summary of errors leads to. */
const focusable: readonly string[] = ["agency", "agencyReference", "legalBasis", "periodFrom", "periodTo", "narrative", "hiddenNames"];

const said: Record<ReferralStep, string> = { submit: "It waits for a second person now.", return: "It is a draft again, with your reason.", withdraw: "It is withdrawn.", close: "It is closed." };

export async function action({ request, context, params }: ActionFunctionArgs) {
  const { deps } = context;
  const actor = await requireStaff(request, context, "referral:read");
  const here = `/referrals/${encodeURIComponent(params.reference ?? "")}`;
  const referralId = await referralIdOf(deps.db, params.reference ?? "");
  if (!referralId) throw data({ sentence: "No referral has this reference." }, { status: 404 });
  const form = await readForm(request);
  const sent: Record<string, string[]> = {};
  for (const [name, value] of form) if (typeof value === "string") (sent[name] ??= []).push(value);
  const failed = (errors: FieldErrors, status: number) => data<Answer>({ errors, sent }, { status });
  const refused = (reason: string) => failed(wholeForm(refusalText(reason).sentence), refusalText(reason).status);
  const version = Number(form.get("version"));
  switch (form.get("intent")) {
    case "save": {
      const parsed = referralContentSchema.safeParse({ ...Object.fromEntries(form), reports: form.getAll("reports"), files: form.getAll("files"), originals: form.getAll("originals"), reasons: reasonsOf(form) });
      if (!parsed.success) return failed(fieldErrors(parsed.error), 422);
      const saved = await saveReferral(deps, actor, { ...parsed.data, referralId, version });
      return saved.ok ? redirectWithFlash(here, { tone: "ok", text: "Saved. Read below what the agency would get." }) : refused(saved.reason);
    }
    case "approve": {
      const approved = await approveReferral(deps, actor, { referralId, seen: String(form.get("seen") ?? "") });
      return approved.ok ? redirectWithFlash(here, { tone: "ok", text: "Approved. The packet is being made." }) : refused(approved.reason);
    }
    case "retry": {
      const retried = await retryPacket(deps, actor, { packetId: String(form.get("packetId") ?? "") });
      return retried.ok ? redirectWithFlash(here, { tone: "ok", text: "It is tried again." }) : refused(retried.reason);
    }
    case "submit":
    case "return":
    case "withdraw":
    case "close": {
      const step = form.get("intent") as ReferralStep;
      const reason = step === "submit" ? { success: true as const, data: "" } : reasonSchema.safeParse(form.get("reason"));
      if (!reason.success) return refused("reason_missing");
      const moved = await moveReferral(deps, actor, { referralId, version, step, reason: reason.data });
      return moved.ok ? redirectWithFlash(here, { tone: "ok", text: said[step] }) : refused(moved.reason);
    }
    default:
      return refused("invalid");
  }
}

export default function Referral() {
  const { page, now } = useLoaderData<typeof loader>();
  const answer = useActionData<Answer>();
  return (
    <>
      <PageHeader
        crumbs={[{ label: "Referrals", to: "/referrals" }, { label: page.reference }]}
        title={page.businessName}
        status={<StatusPill tone={page.state === "approved" ? "ok" : page.state === "awaiting_approval" ? "info" : "neutral"}>{referralStateNames[page.state]}</StatusPill>}
        lead={<>Case <TextLink to={`/cases/${page.caseReference}`}>{page.caseReference}</TextLink> on {page.platform}. Drafted by {page.drafter}{page.approver ? `, approved by ${page.approver}` : ""}.</>}
      />
      <div className="grid gap-4">
        {answer ? <ErrorSummary title="Nothing was changed" entries={Object.entries(answer.errors).map(([name, errors]) => ({ id: focusable.includes(name) ? name : null, errors }))} /> : null}
        {page.noTipOff ? <Callout tone="warn" title="Do not tip off">The account holder is not told of this referral, nor of the decision it rests on.</Callout> : null}
        {page.returnedReason && page.state === "draft" ? <Callout tone="info" title="It came back">{page.returnedReason}</Callout> : null}
        {page.endReason ? <Callout tone="info" title={referralStateNames[page.state]}>{page.endReason}</Callout> : null}
        {page.packet ? <Packet page={page} packet={page.packet} now={now} /> : null}
        {page.state === "draft" && page.may.draft ? <ReferralForm page={page} refused={answer?.sent.intent?.[0] === "save" ? answer : null} /> : null}
        <PacketPreview page={page} />
        <Steps page={page} />
      </div>
    </>
  );
}

function Steps({ page }: { page: ReferralPage }) {
  const { state, may } = page;
  const withReason = (intent: string, label: string, button: string) => (
    <Form method="post" className="grid gap-2">
      <input type="hidden" name="version" value={page.version} />
      <TextareaField id={`${intent}-reason`} name="reason" label={label} rows={2} required />
      <div><Button type="submit" name="intent" value={intent}>{button}</Button></div>
    </Form>
  );
  const own = state === "awaiting_approval" && may.close && !may.approve;
  return (
    <Panel title="What can be done" id="steps">
      <div className="grid gap-4">
        {state === "draft" && may.draft ? (
          <Form method="post">
            <input type="hidden" name="version" value={page.version} />
            <Button type="submit" name="intent" value="submit" variant="primary">Hand it in for approval</Button>
          </Form>
        ) : null}
        {state === "awaiting_approval" && may.approve ? (
          <Form method="post" className="grid gap-2">
            <input type="hidden" name="seen" value={page.seen} />
            <p className="text-sm">Approving freezes what you have read above and makes the packet. It cannot be changed afterwards.</p>
            <div><Button type="submit" name="intent" value="approve" variant="primary">Approve it</Button></div>
          </Form>
        ) : null}
        {own ? <Callout tone="info" title="Somebody else has to approve this">You wrote on it. The database refuses your approval too.</Callout> : null}
        {state === "awaiting_approval" && may.close ? withReason("return", "Why it goes back", "Give it back") : null}
        {(state === "draft" || state === "awaiting_approval") && may.draft ? withReason("withdraw", "Why it is withdrawn", "Withdraw it") : null}
        {state === "approved" && may.close ? withReason("close", "Why it is closed", "Close it") : null}
        {state === "closed" || state === "withdrawn" ? <p className="text-sm text-muted">Nothing more: it is {referralStateNames[state].toLowerCase()}.</p> : null}
      </div>
    </Panel>
  );
}

function Packet({ page, packet, now }: { page: ReferralPage; packet: NonNullable<ReferralPage["packet"]>; now: string }) {
  const { revalidate } = useRevalidator();
  const waiting = packet.state === "queued" || packet.state === "building";
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(revalidate, 3_000);
    return () => clearInterval(timer);
  }, [waiting, revalidate]);
  return (
    <Panel title="Packet" id="packet">
      <div className="grid gap-4">
        {waiting && packet.bytesTotal > 0 ? <Progress label={packet.state === "queued" ? "Waits to be made" : "Is being made"} value={packet.bytesDone} max={packet.bytesTotal} unit="bytes of originals" /> : null}
        {waiting ? <p role="status" className="text-sm text-muted">{packet.state === "queued" ? "It waits for the worker." : "It is being made."} This page looks again by itself; without scripts, reload it.</p> : null}
        {packet.state === "failed" ? (
          <Callout tone="danger" title="It could not be made">
            {packet.failure}
            <Form method="post" className="mt-2">
              <input type="hidden" name="packetId" value={packet.id} />
              <Button type="submit" name="intent" value="retry">Try again</Button>
            </Form>
          </Callout>
        ) : null}
        {packet.state === "ready" ? <Facts facts={[{ name: "Size", value: `${(packet.size ?? 0).toLocaleString("en-US")} bytes` }, { name: "SHA-256", value: <code className="text-xs">{packet.sha256}</code> }, { name: "Signed by", value: <code className="text-xs">{packet.signer}</code> }, { name: "Check it", value: <code className="text-xs">npm run packet:verify -- FILE --key {packet.signer}</code> }]} /> : null}
        {packet.state === "ready" && page.may.export ? (
          <Form method="post" action={`/referrals/${page.reference}/packet`} reloadDocument className="grid gap-2">
            <input type="hidden" name="packetId" value={packet.id} />
            <TextareaField id="export-reason" name="reason" label="Why you take it out" hint="Written down with your name and the time, before the download begins." rows={2} required />
            <div><Button type="submit" variant="primary">Download the packet</Button></div>
          </Form>
        ) : null}
        {packet.exports.length > 0 ? (
          <ul className="text-sm">{packet.exports.map(({ id, at, who, reason }) => <li key={id}><Time at={at} now={now} zone={page.zone} /> {who}: {reason}</li>)}</ul>
        ) : packet.state === "ready" ? <p className="text-sm text-muted">Nobody has taken it out yet.</p> : null}
      </div>
    </Panel>
  );
}
