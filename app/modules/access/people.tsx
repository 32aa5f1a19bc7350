import { useForm, type SubmissionResult } from "@conform-to/react";
import { getZodConstraint, parseWithZod } from "@conform-to/zod/v4";
import { Form } from "@remix-run/react";
import { Badge, StatusPill, type Tone } from "~/components/badge";
import { Button } from "~/components/button";
import { CheckboxGroup } from "~/components/choice";
import { ErrorSummary, summaryOf } from "~/components/error-summary";
import { fieldProps } from "~/components/field";
import { InputField } from "~/components/inputs";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { roles, type Role } from "./permissions";
import { roleDuties, roleNames } from "./staff";
import { createStaffSchema } from "./staff.schema";

export interface Person {
  id: string;
  name: string;
  email: string;
  roles: Role[];
  demo: boolean;
  secondFactor: boolean;
  standing: "active" | "invited" | "invite_expired" | "disabled";
  sessions: number;
  lastSeenAt: string | null;
}

const standings: Record<Person["standing"], { tone: Tone; shape: "dot" | "ring" | "triangle" | "bar"; label: string }> = {
  active: { tone: "ok", shape: "dot", label: "Active" },
  invited: { tone: "info", shape: "ring", label: "Invited" },
  invite_expired: { tone: "warn", shape: "triangle", label: "Invitation ran out" },
  disabled: { tone: "neutral", shape: "bar", label: "Disabled" },
};

const roleOptions = roles.map((role) => ({ value: role, label: roleNames[role], hint: roleDuties[role] }));

export function PeopleList({ people, me, now }: { people: readonly Person[]; me: string; now: string }) {
  return (
    <Panel title={`People (${people.length})`} flush>
      <ul className="divide-y divide-line">
        {people.map((person) => (
          <li key={person.id} className="grid gap-2 px-4 py-3">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <h3 className="font-medium">{person.name}</h3>
              <StatusPill tone={standings[person.standing].tone} shape={standings[person.standing].shape}>
                {standings[person.standing].label}
              </StatusPill>
              {person.demo ? <Badge>Demo</Badge> : null}
              {person.id === me ? <Badge tone="accent">You</Badge> : null}
            </div>
            <p className="text-sm text-muted wrap-anywhere">
              {person.email} · {person.roles.map((role) => roleNames[role]).join(", ") || "No role"} ·{" "}
              {person.secondFactor ? "Second factor set up" : "No second factor"} ·{" "}
              {person.sessions === 1 ? "1 open session" : `${person.sessions} open sessions`}
              {person.lastSeenAt ? (
                <>
                  , last used <Time at={person.lastSeenAt} now={now} zone="UTC" brief />
                </>
              ) : null}
            </p>
            <details>
              <summary className="w-fit cursor-pointer text-sm text-accent underline underline-offset-2">Change {person.name}</summary>
              <PersonForms person={person} me={me} />
            </details>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function PersonForms({ person, me }: { person: Person; me: string }) {
  const invited = person.standing === "invited" || person.standing === "invite_expired";
  const itsMe = person.id === me;
  return (
    <div className="mt-3 grid gap-4 md:grid-cols-2">
      <Form method="post" className="grid content-start gap-3">
        <input type="hidden" name="staffId" value={person.id} />
        <CheckboxGroup name="roles" id={`roles-${person.id}`} label="Roles" options={roleOptions} defaultValue={person.roles} required />
        <Button type="submit" name="intent" value="roles" size="sm" className="justify-self-start">
          Save roles
        </Button>
      </Form>
      <div className="grid content-start gap-3 text-sm">
        {invited ? <Step person={person} intent="invite" label="Send a new invitation" says="The link sent before stops working." /> : null}
        {person.sessions > 0 && !itsMe ? <Step person={person} intent="end-sessions" label="End their sessions" says="They have to sign in again." /> : null}
        {person.standing === "active" && !person.demo && !itsMe ? (
          <Step
            person={person}
            intent="reset"
            label="Reset their access"
            says="For a lost phone or a leaked password: takes away password, second factor and sessions, and mails a new invitation."
          />
        ) : null}
        {person.standing === "disabled" ? (
          <Step person={person} intent="reinstate" label="Let them back in" says="With the roles and second factor they had." />
        ) : (
          <Step
            person={person}
            intent="disable"
            danger
            label={itsMe ? "Shut yourself out" : "Shut them out"}
            says="Ends their sessions at once. What they decided stays theirs. The last admin cannot be shut out."
          />
        )}
      </div>
    </div>
  );
}

function Step({ person, intent, label, says, danger = false }: { person: Person; intent: string; label: string; says: string; danger?: boolean }) {
  return (
    <Form method="post" className="grid gap-1">
      <input type="hidden" name="staffId" value={person.id} />
      <Button type="submit" name="intent" value={intent} size="sm" variant={danger ? "danger" : "secondary"} className="justify-self-start">
        {label}
      </Button>
      <p className="text-muted">{says}</p>
    </Form>
  );
}

export function NewPersonForm({ lastResult }: { lastResult: SubmissionResult<string[]> | null | undefined }) {
  const [form, fields] = useForm({
    lastResult,
    constraint: getZodConstraint(createStaffSchema),
    onValidate: ({ formData }) => parseWithZod(formData, { schema: createStaffSchema }),
  });
  const chosen = fields.roles.initialValue;
  return (
    <Panel title="Add a person">
      <Form method="post" id={form.id} onSubmit={form.onSubmit} noValidate className="grid max-w-lg gap-4">
        <ErrorSummary title="Nobody was added" entries={summaryOf(form, { email: fields.email, name: fields.name, roles: fields.roles })} />
        <InputField label="Name" autoComplete="off" hint="Colleagues see it beside what they do." {...fieldProps(fields.name)} required />
        <InputField label="Email" type="email" autoComplete="off" hint="The invitation goes here. They choose their own password." {...fieldProps(fields.email)} required />
        <CheckboxGroup
          label="Roles"
          id={fields.roles.id}
          name={fields.roles.name}
          errors={fields.roles.errors}
          options={roleOptions}
          defaultValue={Array.isArray(chosen) ? chosen.filter((role): role is string => typeof role === "string") : typeof chosen === "string" ? [chosen] : []}
          required
        />
        <Button type="submit" name="intent" value="create" variant="primary" className="justify-self-start">
          Add and invite
        </Button>
      </Form>
    </Panel>
  );
}
