import { Form } from "@remix-run/react";
import { useState } from "react";
import { Button } from "~/components/button";
import { CheckboxGroup, RadioGroup } from "~/components/choice";
import { InputField, SelectField, TextareaField } from "~/components/inputs";
import { TextLink } from "~/components/link";
import { Time } from "~/components/time";
import type { ActionView, GateView } from "../cases/case-page.schema";
import { LeakFindings } from "../notices/leak-findings";
import type { Finding } from "../notices/leak-guard";
import type { GroundChoices } from "./interim-ground.server";
import { type FormStamp, type Seen, StampFields } from "../cases/report-card";

/** What a form of the page held when it was refused, and what in its words could identify a reporter. */
export type KeptForms = (intent: string) => { values: { reason?: string; kind?: string; days?: string; clauseId?: string; conductOn?: string; features: string[] } | null; leaks: readonly Finding[] };

/**
 * Measures while a case is still looked into (CF-AUP 7.1): what is in place, with its end, and the form for one that cannot
 * wait for the decision. The reason is what the account holder is told.
 */
export function InterimMeasures({
  measures,
  features,
  ground,
  stamp,
  seen,
  holds,
  kept,
}: {
  /** Active ones of this case. */
  measures: readonly ActionView[];
  features: readonly Pick<GateView, "feature" | "name">[];
  /** Null: this person cannot put anything in place. */
  ground: GroundChoices | null;
  stamp: FormStamp;
  seen: Seen;
  /** The person holds the case; without it nothing new can be put in place. */
  holds: boolean;
  kept: KeptForms;
}) {
  if (measures.length > 0) {
    return (
      <ul className="grid gap-3">
        {measures.map((measure) => (
          <Measure key={measure.id} measure={measure} stamp={stamp} seen={seen} holds={holds} kept={kept} />
        ))}
      </ul>
    );
  }
  if (!holds || !ground) return <p className="text-muted">None in place.</p>;
  const { values } = kept("interim");
  return (
    <details open={values !== null}>
      <summary className="w-fit text-accent underline underline-offset-2">Restrict or suspend until the decision</summary>
      <NewMeasure features={features} ground={ground} stamp={stamp} {...kept("interim")} />
    </details>
  );
}

function NewMeasure({ features, ground, stamp, values, leaks }: { features: readonly Pick<GateView, "feature" | "name">[]; ground: GroundChoices; stamp: FormStamp } & ReturnType<KeptForms>) {
  const [kind, setKind] = useState(values?.kind ?? "feature_restriction");
  return (
    <Form method="post" preventScrollReset className="mt-3 grid gap-4">
      <StampFields stamp={stamp} />
      <RadioGroup
        id="interim-kind"
        name="kind"
        label="What"
        required
        defaultValue={kind}
        onChange={setKind}
        options={[
          { value: "feature_restriction", label: "Restrict some features" },
          { value: "suspension", label: "Suspend the account" },
        ]}
      />
      {kind === "feature_restriction" ? (
        <CheckboxGroup
          id="interim-features"
          name="features"
          label="Which features"
          required
          defaultValue={values?.features}
          options={features.map(({ feature, name }) => ({ value: feature, label: name ?? feature.replaceAll("_", " ") }))}
        />
      ) : null}
      <InputField
        id="interim-days"
        name="days"
        label="Days"
        type="number"
        min={1}
        max={30}
        hint="Left empty: as long as the platform’s terms say. It ends by itself."
        defaultValue={values?.days}
      />
      <SelectField
        id="interim-clause"
        name="clauseId"
        label="Clause that seems to be broken"
        hint="The account holder is told of it, in the version of that day."
        placeholder="Pick a clause"
        options={ground.clauses}
        required
        defaultValue={values?.clauseId ?? ground.clauseId}
      />
      <InputField id="interim-conduct" name="conductOn" label="Day it happened" type="date" max={ground.today} required defaultValue={values?.conductOn ?? ground.conductOn} />
      <LeakFindings id="interim-leaks" findings={leaks} />
      <TextareaField
        id="interim-reason"
        name="reason"
        label="What happened, and why this cannot wait"
        hint="The facts of the statement of reasons: the account holder gets these words at once. Nothing that tells who reported it."
        required
        maxLength={4000}
        defaultValue={values?.reason}
      />
      <div>
        <Button type="submit" name="intent" value="interim" variant="danger" size="sm">
          Put in place now
        </Button>
      </div>
    </Form>
  );
}

function Measure({ measure, stamp, seen, holds, kept }: { measure: ActionView; stamp: FormStamp; seen: Seen; holds: boolean; kept: KeptForms }) {
  const { values, leaks } = kept("extend-interim");
  return (
    <li className="grid gap-2">
      <p>
        <span className="font-medium first-letter:uppercase">{measure.kind === "suspension" ? "Account suspended" : `Off: ${measure.features.join(", ").replaceAll("_", " ")}`}</span>
        <span className="block text-muted">
          <TextLink to={`/actions/${measure.id}`} className="font-mono text-xs">{measure.reference}</TextLink>, with what the account holder was sent
          {measure.endsAt ? (
            <>
              {" "}
              · ends by itself <Time at={measure.endsAt} {...seen} />
            </>
          ) : null}
        </span>
      </p>
      <div className="flex flex-wrap items-start gap-4">
        {holds ? (
          <details open={values !== null}>
            <summary className="w-fit text-accent underline underline-offset-2">Extend</summary>
            <Form method="post" preventScrollReset className="mt-2 grid gap-3">
              <StampFields stamp={stamp} />
              <input type="hidden" name="actionId" value={measure.id} />
              <InputField id="extend-days" name="days" label="Further days" type="number" min={1} max={30} required defaultValue={values?.days} />
              <LeakFindings id="extend-leaks" findings={leaks} />
              <InputField id="extend-reason" name="reason" label="Why, for the account holder" required maxLength={4000} autoComplete="off" defaultValue={values?.reason} />
              <div>
                <Button type="submit" name="intent" value="extend-interim" size="sm">
                  Extend
                </Button>
              </div>
            </Form>
          </details>
        ) : null}
        <LiftForm actionId={measure.id} stamp={stamp} />
      </div>
    </li>
  );
}

/** Ends an active action before its time; the account holder is told why, unless they must not be tipped off. */
export function LiftForm({ actionId, isHidden = false, stamp }: { actionId: string; isHidden?: boolean; stamp?: FormStamp }) {
  return (
    <details>
      <summary className="w-fit text-accent underline underline-offset-2">Lift</summary>
      <Form method="post" preventScrollReset className="mt-2 grid gap-3">
        {stamp ? <StampFields stamp={stamp} /> : null}
        <input type="hidden" name="actionId" value={actionId} />
        <InputField id={`lift-${actionId}`} name="reason" label={isHidden ? "Why it ends, for the file: the account holder is not told" : "Why it ends, for the account holder"} required maxLength={4000} autoComplete="off" />
        <div>
          <Button type="submit" name="intent" value="lift" size="sm">
            Lift now
          </Button>
        </div>
      </Form>
    </details>
  );
}
