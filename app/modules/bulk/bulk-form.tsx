import { CheckboxGroup, RadioGroup } from "~/components/choice";
import { Callout } from "~/components/flash";
import { InputField, SelectField, TextareaField } from "~/components/inputs";
import type { BulkKind, BulkSubject } from "./bulk-kinds";
import type { NewBulkChoices } from "./new-bulk.queries.server";

export interface BulkFormState {
  errors: Record<string, string[]>;
  values: Record<string, string>;
  features: string[];
}

export const emptyBulkForm: BulkFormState = { errors: {}, values: {}, features: [] };

interface Fields {
  kind: BulkKind;
  subject: BulkSubject;
  choices: NewBulkChoices;
  today: string;
  form: BulkFormState;
}

const counted = (count: number) => count.toLocaleString("en-US");

/** Our part of a message is in its reader's language; what is typed here goes to all as it is typed. */
function Readers({ readers: { spanish, all } }: { readers: NewBulkChoices["readers"] }) {
  if (spanish === 0) return null;
  return (
    <Callout tone="info" title={`${counted(spanish)} of ${counted(all)} account ${all === 1 ? "holder reads" : "holders read"} Spanish`}>
      Their messages come from the Spanish templates. What you write below goes to everybody as you write it: for them, choose them alone and write in Spanish.
    </Callout>
  );
}

/** What one kind of bulk action asks for. */
export function BulkFields({ kind, subject, choices, today, form }: Fields) {
  const field = (name: string) => ({ name, id: name, errors: form.errors[name], defaultValue: form.values[name] });
  const rationale = <TextareaField {...field("rationale")} label="Why, for the file" hint="Kept with every decision. Nobody outside reads it." rows={3} required minLength={10} />;
  switch (kind) {
    case "reassign":
      return (
        <>
          <SelectField {...field("staffId")} label="Who takes them" placeholder="Nobody: back into the queue" options={choices.workers} required />
          <TextareaField {...field("reason")} label="Why" hint="Shown in the timeline of each case." rows={2} required minLength={3} />
        </>
      );
    case "escalate":
      return (
        <>
          <SelectField {...field("staffId")} label="To whom" placeholder="Whichever lead looks first" options={choices.leads} required />
          <TextareaField {...field("reason")} label="Why" hint="Shown in the timeline of each case." rows={2} required minLength={3} />
        </>
      );
    case "note":
      return <TextareaField {...field("text")} label="Note" hint="For colleagues. Account holders and reporters never see it." rows={4} required />;
    case "no_violation":
      return (
        <>
          <RadioGroup
            name="finding"
            label="What the reporters are told"
            required
            errors={form.errors.finding}
            defaultValue={form.values.finding ?? "no_violation"}
            options={[
              { value: "no_violation", label: "No violation was found" },
              { value: "insufficient_evidence", label: "There was not enough evidence" },
            ]}
          />
          {rationale}
        </>
      );
    case "decide":
      return (
        <>
          <Readers readers={choices.readers} />
          <SelectField {...field("clauseId")} label="Clause that was breached" placeholder="Pick a clause" options={choices.clauses} required />
          <InputField {...field("conductOn")} type="date" max={today} label="Day it happened" hint="Left empty, each item gets the earliest day its own evidence names." />
          <TextareaField
            {...field("facts")}
            label="Facts, for the account holders"
            hint="{business}, {day} and {reports} are filled in for each. Every text is checked for what could tell who reported."
            rows={4}
            required
            minLength={10}
          />
          {rationale}
        </>
      );
    case "interim":
      return (
        <>
          <Readers readers={choices.readers} />
          <RadioGroup
            name="measure"
            label="What to put in place"
            required
            errors={form.errors.measure}
            defaultValue={form.values.measure}
            options={[
              { value: "feature_restriction", label: "Close some features" },
              { value: "suspension", label: "Suspend the account" },
            ]}
          />
          {choices.features.length > 0 ? (
            <CheckboxGroup name="features" label="Features to close" hint="Only for closing some features." errors={form.errors.features} defaultValue={form.features} options={choices.features.map(({ code, name }) => ({ value: code, label: name }))} />
          ) : null}
          <InputField {...field("days")} type="number" min={1} max={30} label="Days" hint="Left empty, the platform's usual number of days." />
          {subject === "account" ? (
            <SelectField {...field("clauseId")} label="Clause that seems to be broken" hint="Named to each account holder. It joins the account's open case in the area of the clause; where there is none, one is opened." placeholder="Pick a clause" options={choices.clauses} required />
          ) : (
            <SelectField {...field("clauseId")} label="Clause that seems to be broken" hint="Named to each account holder." placeholder="What most reports and signals of each case name" options={choices.clauses} />
          )}
          <TextareaField {...field("reason")} label="What happened, and why this cannot wait" hint="Sent to each account holder, as the facts of the statement of reasons." rows={3} required minLength={10} />
        </>
      );
    case "lift":
      return (
        <>
          <Readers readers={choices.readers} />
          <TextareaField {...field("reason")} label="Why they end" hint="Sent to each account holder." rows={3} required minLength={10} />
        </>
      );
    case "approve":
      return <p>Each proposal is worked out anew for the preview. You see what takes effect, and what can no longer be approved, before anything happens.</p>;
    case "reject":
      return <TextareaField {...field("reason")} label="Why" hint="Whoever proposed them reads it." rows={2} required minLength={3} />;
  }
}
