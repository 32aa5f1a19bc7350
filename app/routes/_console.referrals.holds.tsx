import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { Button } from "~/components/button";
import { ErrorSummary } from "~/components/error-summary";
import { TextareaField } from "~/components/inputs";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { Deadline, Time } from "~/components/time";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { isId } from "~/infra/id";
import { may } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { recordPreservationSchema, setHoldSchema } from "~/modules/referrals/hold.schema";
import { liftHold, setHold } from "~/modules/referrals/hold.server";
import { fieldErrors, wholeForm, type FieldErrors } from "~/modules/referrals/form-errors";
import { HoldForms, SubjectFinder } from "~/modules/referrals/hold-forms";
import { findSubjects, holdSubject, listHolds, type HoldRow, type PreservationRow } from "~/modules/referrals/holds.queries.server";
import { recordPreservation, renewPreservation } from "~/modules/referrals/preservation.server";
import { reasonSchema } from "~/modules/referrals/referral.schema";

export const meta: MetaFunction = () => [{ title: "Holds and preservation · Trust and safety" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "referral:read");
  const { deps } = context;
  const query = new URL(request.url).searchParams;
  const [account, of, find] = [query.get("account") ?? "", query.get("case"), query.get("find") ?? ""];
  const mayManage = may(actor, "hold:manage");
  const chosen = !mayManage ? null : of ? await holdSubject(deps.db, { caseReference: of }) : isId(account) ? await holdSubject(deps.db, { accountId: account }) : null;
  const found = mayManage && find ? await findSubjects(deps, actor, find) : null;
  return { ...(await listHolds(deps.db)), me: actor.id, mayManage, chosen, find, found, now: deps.clock().toISO() };
}

interface Answer {
  errors: FieldErrors;
  sent: Record<string, string>;
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { deps } = context;
  const actor = await requireStaff(request, context, "referral:read");
  const form = Object.fromEntries([...(await readForm(request))].flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : [])));
  const failed = (errors: FieldErrors, status: number) => data<Answer>({ errors, sent: form }, { status });
  const done = (result: { ok: boolean; reason?: string }, text: string) =>
    result.ok ? redirectWithFlash("/referrals/holds", { tone: "ok", text }) : failed(wholeForm(refusalText(result.reason ?? "").sentence), refusalText(result.reason ?? "").status);
  const id = form.id ?? "";
  switch (form.intent) {
    case "set": {
      const parsed = setHoldSchema.safeParse(form);
      return parsed.success ? done(await setHold(deps, actor, parsed.data), "The hold stands. Nothing of it is deleted.") : failed(fieldErrors(parsed.error), 422);
    }
    case "record": {
      const parsed = recordPreservationSchema.safeParse(form);
      return parsed.success ? done(await recordPreservation(deps, actor, parsed.data), "It is recorded, and its ninety days run.") : failed(fieldErrors(parsed.error), 422);
    }
    case "ask":
    case "renew": {
      const reason = reasonSchema.safeParse(form.reason);
      if (!reason.success || !isId(id)) return done({ ok: false, reason: reason.success ? "not_found" : "reason_missing" }, "");
      return form.intent === "ask"
        ? done(await liftHold(deps, actor, { holdId: id, step: "ask", reason: reason.data }), "A second person has to answer now.")
        : done(await renewPreservation(deps, actor, { requestId: id, reason: reason.data }), "It runs ninety days more.");
    }
    case "lift":
    case "decline":
      return done(isId(id) ? await liftHold(deps, actor, { holdId: id, step: form.intent }) : { ok: false, reason: "not_found" }, form.intent === "lift" ? "The hold is lifted." : "The hold stands.");
    default:
      return done({ ok: false, reason: "invalid" }, "");
  }
}

export default function Holds() {
  const { holds, requests, me, mayManage, chosen, find, found, now } = useLoaderData<typeof loader>();
  const answer = useActionData<Answer>();
  const ofForm = (intent: string) => (answer?.sent.intent === intent ? answer : null);
  const idOf = (name: string): string | null => (name === "" || name === "accountId" || name === "caseId" ? null : name === "reason" ? "set-reason" : name);
  return (
    <>
      <PageHeader crumbs={[{ label: "Referrals", to: "/referrals" }, { label: "Holds" }]} title="Holds and preservation" lead="While one of these stands, nothing it covers is deleted. Account holders are told of none." />
      <div className="grid gap-4">
        {answer ? <ErrorSummary title="Nothing was changed" entries={Object.entries(answer.errors).map(([name, errors]) => ({ id: idOf(name), errors }))} /> : null}
        <Panel title={`Legal holds (${holds.filter(({ liftedAt }) => !liftedAt).length} stand)`} id="holds">
          {holds.length === 0 ? <p className="text-sm text-muted">No hold was ever set.</p> : <ul className="grid gap-4">{holds.map((hold) => <Hold key={hold.id} hold={hold} me={me} mayManage={mayManage} now={now} />)}</ul>}
        </Panel>
        <Panel title={`Preservation requests (${requests.filter(({ expiredAt }) => !expiredAt).length} run)`} id="requests">
          {requests.length === 0 ? <p className="text-sm text-muted">No agency has asked yet.</p> : <ul className="grid gap-4">{requests.map((request) => <Request key={request.id} request={request} mayManage={mayManage} now={now} />)}</ul>}
        </Panel>
        {mayManage ? <SubjectFinder find={find} found={found} chosen={chosen} /> : null}
        {chosen ? <HoldForms key={`${chosen.accountId}:${chosen.caseId}`} subject={chosen} own={(intent, name) => ofForm(intent)?.sent[name]} errors={(intent) => ofForm(intent)?.errors ?? {}} /> : null}
      </div>
    </>
  );
}

const Subject = ({ of }: { of: { accountId: string; businessName: string; platform: string; caseReference: string | null } }) => (
  <><TextLink to={`/accounts/${of.accountId}`}>{of.businessName}</TextLink> on {of.platform}{of.caseReference ? `, case ${of.caseReference}` : ", the whole account"}</>
);

const count = (many: number, one: string, more: string) => `${many.toLocaleString("en-US")} ${many === 1 ? one : more}`;

/** What of the account would be gone by now without it. */
const keptBeyond = ({ events, contacts }: HoldRow["beyond"]) =>
  events + contacts === 0 ? [] : [{ name: "Kept beyond its time", value: [...(contacts ? [count(contacts, "former address or number", "former addresses or numbers")] : []), ...(events ? [count(events, "message event", "message events")] : [])].join(" and ") }];

function Hold({ hold, me, mayManage, now }: { hold: HoldRow; me: string; mayManage: boolean; now: string }) {
  const seen = { now, zone: hold.zone };
  return (
    <li className="grid gap-2 border-b border-line pb-4 last:border-0 last:pb-0">
      <Facts facts={[{ name: hold.reference, value: <Subject of={hold} /> }, { name: "Authority", value: hold.authority }, { name: "Reason", value: hold.reason }, { name: "Set", value: <>{hold.setBy}, <Time at={hold.setAt} {...seen} /></> }, ...(hold.liftAskedBy ? [{ name: "To be lifted", value: `${hold.liftAskedBy}: ${hold.liftReason}` }] : []), ...keptBeyond(hold.beyond), ...(hold.liftedAt ? [{ name: "Lifted", value: <>{hold.liftedBy}, <Time at={hold.liftedAt} {...seen} /></> }] : [])]} />
      {mayManage && !hold.liftedAt && !hold.liftAskedById ? (
        <Form method="post" className="grid gap-2">
          <input type="hidden" name="id" value={hold.id} />
          <TextareaField id={`lift-${hold.id}`} name="reason" label={`Why ${hold.reference} should be lifted`} rows={2} required />
          <div><Button type="submit" name="intent" value="ask">Ask a second person to lift it</Button></div>
        </Form>
      ) : null}
      {mayManage && !hold.liftedAt && hold.liftAskedById ? (
        <Form method="post" className="flex flex-wrap gap-2">
          <input type="hidden" name="id" value={hold.id} />
          {hold.liftAskedById === me ? null : <Button type="submit" name="intent" value="lift">Lift it</Button>}
          <Button type="submit" name="intent" value="decline">{hold.liftAskedById === me ? "Take my request back" : "Let it stand"}</Button>
        </Form>
      ) : null}
    </li>
  );
}

function Request({ request, mayManage, now }: { request: PreservationRow; mayManage: boolean; now: string }) {
  const seen = { now, zone: request.zone };
  const computed = ["90 local days after the day of receipt, the last one in full", ...(request.renewals ? ["90 days more by the one renewal"] : [])];
  return (
    <li className="grid gap-2 border-b border-line pb-4 last:border-0 last:pb-0">
      <Facts facts={[{ name: request.reference, value: <Subject of={request} /> }, { name: "Agency", value: `${request.agency}${request.agencyReference ? ` (${request.agencyReference})` : ""}` }, { name: "Received", value: <Time at={request.receivedAt} {...seen} /> }, { name: request.expiredAt ? "Ran out" : "Runs until", value: request.expiredAt ? <Time at={request.expiresAt} {...seen} /> : <Deadline at={request.expiresAt} computed={computed} soonHours={14 * 24} {...seen} /> }, ...keptBeyond(request.beyond), ...(request.renewalReason ? [{ name: "Renewed", value: request.renewalReason }] : [])]} />
      {mayManage && !request.expiredAt && request.renewals === 0 ? (
        <Form method="post" className="grid gap-2">
          <input type="hidden" name="id" value={request.id} />
          <TextareaField id={`renew-${request.id}`} name="reason" label={`Why ${request.reference} is renewed`} hint="Once, for ninety days more." rows={2} required />
          <div><Button type="submit" name="intent" value="renew">Renew it</Button></div>
        </Form>
      ) : null}
    </li>
  );
}
