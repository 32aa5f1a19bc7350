import { parseWithZod } from "@conform-to/zod/v4";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { z } from "zod";
import { readForm } from "~/infra/http/form-fields";
import { Button } from "~/components/button";
import { Callout } from "~/components/flash";
import { InputField } from "~/components/inputs";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { refusalText } from "~/infra/http/refusals";
import type { Deps } from "~/infra/deps.server";
import { may, type StaffActor } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { Actions, GateNow, OtherCases, Strikes } from "~/modules/cases/account-standing";
import { AccountStatusPill } from "~/modules/cases/case-labels";
import { HoldBanner } from "~/modules/referrals/hold-banner";
import { standingHolds } from "~/modules/referrals/holds.queries.server";
import { TipOffBanner } from "~/modules/cases/tip-off";
import { accountStanding } from "~/modules/cases/standing.queries.server";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";
import { fieldOfRefusal } from "~/modules/enforcement/decision-refusals";
import { liftActionSchema } from "~/modules/enforcement/interim-measure.schema";
import { LiftForm } from "~/modules/enforcement/interim-measures";
import { liftAction } from "~/modules/enforcement/lift-action.server";
import { contactsAsTold } from "~/modules/platforms/contacts.queries.server";
import { LinkedAccounts } from "~/modules/platforms/linked-accounts";
import { accountHead } from "~/modules/platforms/accounts.queries.server";
import { AccountToldList } from "~/modules/policy/account-told";
import { accountTold } from "~/modules/policy/account-told.queries.server";
import { revealContactsSchema } from "~/modules/platforms/reveal-contacts.schema";
import { revealContacts } from "~/modules/platforms/reveal-contacts.server";

export const meta: MetaFunction<typeof loader> = ({ data: page }) => [{ title: `${page?.account.businessName ?? "Account"} · Trust and safety` }];

const notFound = () => data({ sentence: "No account has this id. Search for the business by its name." }, { status: 404 });

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const { deps } = context;
  const actor = await requireStaff(request, context, "account:read");
  const id = z.uuid().safeParse(params.id);
  const account = id.success ? await accountHead(deps.db, id.data) : null;
  if (!account) throw notFound();
  await noteOutcomeSeen(deps, actor, { accountId: account.id });
  return {
    account: { ...account, createdAt: account.createdAt.toISOString(), closedAt: account.closedAt?.toISOString() ?? null },
    holds: await standingHolds(deps.db, { accountId: account.id }),
    mayHold: may(actor, "hold:manage"),
    standing: await accountStanding(deps.db, account.id, account.platformId),
    contacts: await contactsAsTold(deps.db, deps.crypto, account.id),
    told: may(actor, "notice:read") ? await accountTold(deps, { accountId: account.id, platformId: account.platformId }) : [],
    mayReveal: may(actor, "case:work"),
    mayLift: may(actor, "action:lift"),
    now: deps.clock().toISO(),
  };
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "account:read");
  const form = await readForm(request);
  if (form.get("intent") === "lift") return lift(context.deps, actor, form);
  form.set("accountId", params.id ?? "");
  const submission = parseWithZod(form, { schema: revealContactsSchema });
  if (submission.status !== "success") {
    return data({ contacts: null, refusal: Object.values(submission.error ?? {}).flat().join(" ") }, { status: 422 });
  }
  const revealed = await revealContacts(context.deps, actor, submission.value);
  if (revealed.ok) return { contacts: { emails: revealed.emails, phones: revealed.phones }, refusal: null };
  const { status, sentence } = refusalText(revealed.reason);
  return data({ contacts: null, refusal: sentence }, { status });
}

async function lift(deps: Deps, actor: StaffActor, form: FormData) {
  const submission = parseWithZod(form, { schema: liftActionSchema });
  if (submission.status !== "success") {
    return data({ contacts: null, refusal: Object.values(submission.error ?? {}).flat().join(" ") }, { status: 422 });
  }
  const lifted = await liftAction(deps, actor, submission.value);
  if (lifted.ok) return { contacts: null, refusal: null };
  const { status, sentence } = refusalText(lifted.reason);
  return data({ contacts: null, refusal: fieldOfRefusal(lifted, sentence).text }, { status });
}

export default function AccountPage() {
  const { account, contacts, told, holds, mayHold, standing, mayReveal, mayLift, now } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  const seen = { now, zone: account.zone };
  const reachable = contacts.length > 0;
  return (
    <>
      <PageHeader
        crumbs={[{ label: "Accounts", to: "/accounts" }, { label: account.businessName }]}
        title={account.businessName}
        status={<AccountStatusPill status={account.status} />}
        lead={`On ${account.platformName}, known there as ${account.externalId}.`}
      />
      <HoldBanner holds={holds} zone={account.zone} />
      {standing.noTipOff ? <TipOffBanner /> : null}
      <p className="mb-4 text-sm">
        <TextLink to={`/accounts/${account.id}/health`}>Sender health</TextLink>
      </p>
      {mayHold ? (
        <p className="mb-4 text-sm">
          <TextLink to={`/referrals/holds?account=${account.id}`}>Set a hold or record a preservation request</TextLink>
        </p>
      ) : null}
      {result?.refusal ? (
        <Callout tone="danger" role="alert" className="mb-4">
          {result.refusal}
        </Callout>
      ) : null}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_360px]">
        <div className="grid min-w-0 gap-4">
          <Panel title="Cases" id="cases">
            <OtherCases cases={standing.otherCases} seen={seen} />
          </Panel>
          <Panel title="Actions" id="actions">
            <Actions actions={standing.actions} seen={seen}>
              {(action) => (mayLift && action.state === "active" ? <LiftForm actionId={action.id} isHidden={action.noTipOff} /> : null)}
            </Actions>
          </Panel>
          <Panel title="Strikes" id="strikes">
            <Strikes strikes={standing.strikes} seen={seen} />
          </Panel>
          <Panel title="Told of changes of policies" id="policies">
            <AccountToldList told={told} seen={seen} />
          </Panel>
          <Panel title="Linked accounts" id="linked-accounts">
            <LinkedAccounts linked={standing.linked} seen={seen} />
          </Panel>
        </div>
        <div className="grid min-w-0 gap-4">
          <Panel title="Gate now" id="gate">
            <GateNow gate={standing.gate} seen={seen} />
          </Panel>
          <Panel title="Account" id="account">
            <Facts
              facts={[
                { name: "Plan", value: account.planTier ?? "—" },
                { name: "Language", value: account.language },
                { name: "Since", value: <Time at={account.createdAt} {...seen} /> },
                ...(account.closedAt ? [{ name: "Closed", value: <Time at={account.closedAt} {...seen} /> }] : []),
                {
                  name: "Reached by",
                  value: result?.contacts
                    ? [...result.contacts.emails, ...result.contacts.phones].map((contact) => (
                        <span key={contact} className="block">
                          {contact}
                        </span>
                      ))
                    : reachable
                      ? contacts.map(({ masked, role, language }) => (
                          <span key={`${masked}-${role}`} className="block">
                            <bdi>{masked}</bdi> <span className="text-muted">{[role, ...(language ? [language === "es" ? "Spanish" : "English"] : [])].join(", ")}</span>
                          </span>
                        ))
                      : "No address on record",
                },
              ]}
            />
            {mayReveal && reachable && !result?.contacts ? (
              <details className="mt-3 text-sm">
                <summary className="w-fit text-accent underline underline-offset-2">Show addresses and numbers</summary>
                <Form method="post" preventScrollReset className="mt-2 grid gap-3">
                  <InputField
                    name="reason"
                    label="Why do you need to know?"
                    hint="This is kept in the audit trail, with your name."
                    required
                    maxLength={2000}
                    autoComplete="off"
                  />
                  <div>
                    <Button type="submit" size="sm">
                      Show them this once
                    </Button>
                  </div>
                </Form>
              </details>
            ) : null}
          </Panel>
        </div>
      </div>
    </>
  );
}
