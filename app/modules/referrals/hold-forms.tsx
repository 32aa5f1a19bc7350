import { Form } from "@remix-run/react";
import { Button } from "~/components/button";
import { RadioGroup } from "~/components/choice";
import { InputField, TextareaField } from "~/components/inputs";
import { TextLink } from "~/components/link";
import { Panel } from "~/components/panel";
import type { FieldErrors } from "./form-errors";
import type { FoundSubjects, HoldSubject } from "./holds.queries.server";

const here = "/referrals/holds";

/** First step: whose data it is about, by anything at hand. */
export function SubjectFinder({ find, found, chosen }: { find: string; found: FoundSubjects | null; chosen: HoldSubject | null }) {
  const nothing = found && found.accounts.length + found.cases.length === 0;
  return (
    <Panel title="Set a hold or record a request" id="new">
      <div className="grid gap-4">
        {chosen ? (
          <p>
            About <TextLink to={`/accounts/${chosen.accountId}`}>{chosen.businessName}</TextLink> ({chosen.externalId}) on {chosen.platform}
            {chosen.caseReference ? <>, found by case <TextLink to={`/cases/${chosen.caseReference}`}>{chosen.caseReference}</TextLink></> : null}.
          </p>
        ) : null}
        <Form method="get" action={here} className="flex flex-wrap items-end gap-2" role="search">
          <InputField id="find" name="find" type="search" label={chosen ? "Somebody else" : "Whose data"} hint="A case's reference, the business's name or its id on the platform, an address or a number." defaultValue={find} required className="min-w-0 grow basis-64" />
          <Button type="submit">Find</Button>
        </Form>
        {nothing ? <p role="status" className="text-sm text-muted">Nothing is called “{find}”. Three letters at least; try the reference of a case.</p> : null}
        {found && !nothing ? (
          <ul aria-label="Found" className="grid gap-2">
            {found.cases.map((hit) => (
              <li key={hit.reference} className="wrap-anywhere">
                <TextLink to={`${here}?case=${hit.reference}#set`}>Case {hit.reference}</TextLink> <span className="text-sm text-muted">{hit.businessName} · {hit.platformName}{hit.via ? ` · by ${hit.via}` : ""}</span>
              </li>
            ))}
            {found.accounts.map((hit) => (
              <li key={hit.id} className="wrap-anywhere">
                <TextLink to={`${here}?account=${hit.id}#set`}>{hit.businessName}</TextLink> <span className="text-sm text-muted">{hit.externalId} · {hit.platformName}</span>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </Panel>
  );
}

interface Given {
  subject: HoldSubject;
  /** What was sent by the form that was refused, and why. */
  own: (intent: "set" | "record", name: string) => string | undefined;
  errors: (intent: "set" | "record") => FieldErrors;
}

/** Second step: the hold, or the agency's request, about them. */
export function HoldForms({ subject, own, errors }: Given) {
  const [set, record] = [errors("set"), errors("record")];
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <Panel title="Set a hold" id="set">
        <Form method="post" className="grid gap-3">
          <Scope prefix="set" subject={subject} caseId={own("set", "caseId")} />
          <InputField id="authority" name="authority" label="On whose authority" hint="A court, an agency, our counsel." required defaultValue={own("set", "authority")} errors={set.authority} />
          <TextareaField id="set-reason" name="reason" label="Reason" rows={2} required defaultValue={own("set", "reason")} errors={set.reason} />
          <div><Button type="submit" name="intent" value="set" variant="primary">Set the hold</Button></div>
        </Form>
      </Panel>
      <Panel title="Record a preservation request" id="record">
        <Form method="post" className="grid gap-3">
          <Scope prefix="record" subject={subject} caseId={own("record", "caseId")} />
          <InputField id="agency" name="agency" label="Agency" required defaultValue={own("record", "agency")} errors={record.agency} />
          <InputField id="agencyReference" name="agencyReference" label="Their reference" defaultValue={own("record", "agencyReference")} errors={record.agencyReference} />
          <InputField id="receivedOn" name="receivedOn" type="date" label="Received on" hint="Ninety whole local days follow this day." required defaultValue={own("record", "receivedOn")} errors={record.receivedOn} />
          <TextareaField id="note" name="note" label="Note" rows={2} defaultValue={own("record", "note")} errors={record.note} />
          <div><Button type="submit" name="intent" value="record" variant="primary">Record it</Button></div>
        </Form>
      </Panel>
    </div>
  );
}

function Scope({ prefix, subject, caseId }: { prefix: string; subject: HoldSubject; caseId: string | undefined }) {
  return (
    <>
      <input type="hidden" name="accountId" value={subject.accountId} />
      {subject.caseId ? (
        <RadioGroup
          id={`${prefix}-scope`}
          name="caseId"
          label="What it covers"
          required
          defaultValue={caseId ?? subject.caseId}
          options={[{ value: subject.caseId, label: `Only case ${subject.caseReference}` }, { value: "", label: `Everything about ${subject.businessName}` }]}
        />
      ) : (
        <p className="text-sm text-muted">It covers everything about {subject.businessName}. For one case only, find that case.</p>
      )}
    </>
  );
}
