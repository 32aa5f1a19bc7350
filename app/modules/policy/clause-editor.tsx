import { Form, useBlocker, useNavigation, useSubmit } from "@remix-run/react";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { Button, ButtonLink } from "~/components/button";
import { ErrorSummary } from "~/components/error-summary";
import { Callout } from "~/components/flash";
import { InputField, SelectField, TextareaField } from "~/components/inputs";
import { Panel } from "~/components/panel";
import { useShortcuts } from "~/components/use-shortcuts";
import { areaNames, policyAreas } from "./areas";
import { ClauseChangeView, DiffLegend, DiffText } from "./change-view";
import { freeCode } from "./clause-code";
import { MarkdownText } from "./markdown-text";
import { clauseChanges } from "./policy-changes";
import type { ClauseText } from "./policy-content";
import type { ClausePage } from "./policy-desk.queries.server";
import { severities, type Severity } from "./severity";

export interface ClauseAnswer {
  values: Record<string, string>;
  errors: Record<string, string[]>;
  refusal: string | null;
  stale: boolean;
}

/** The form's texts, as they are or as they were sent. */
function startOf(page: ClausePage): Record<string, string> {
  const text = page.clause?.text;
  if (!text) return { section: "", title: "", titleEs: "", body: "", bodyEs: "", severity: "", labelEn: "", labelEs: "", after: page.places.at(-1)?.clauseId ?? "", code: "", area: "" };
  return { section: text.section, title: text.title, titleEs: text.titleEs ?? "", body: text.body, bodyEs: text.bodyEs ?? "", severity: text.severity, labelEn: text.reportLabel?.en ?? "", labelEs: text.reportLabel?.es ?? "", after: page.clause!.stoodAfter, code: text.code, area: text.area };
}

const clauseOf = (values: Record<string, string>): ClauseText => ({
  code: values.code ?? "",
  area: values.area ?? "",
  section: values.section ?? "",
  title: values.title ?? "",
  titleEs: values.titleEs || null,
  body: values.body ?? "",
  bodyEs: values.bodyEs || null,
  severity: (values.severity || "low") as Severity,
  reportLabel: values.labelEn || values.labelEs ? { en: values.labelEn ?? "", es: values.labelEs ?? "" } : null,
});

/** A clause in its form beside what is in force, and below both what changes, while it is typed; without scripts by a button. */
export function ClauseEditor({ page, answer }: { page: ClausePage; answer: ClauseAnswer | undefined }) {
  const saved = startOf(page);
  const first = answer ? { ...saved, ...answer.values } : saved;
  const [values, setValues] = useState(first);
  const [dirty, setDirty] = useState(answer !== undefined);
  const form = useRef<HTMLFormElement>(null);
  const submit = useSubmit();
  const busy = useNavigation().state !== "idle";
  useUnsaved(dirty && !busy);
  useShortcuts({ "Mod+Enter": () => form.current && submit(form.current.querySelector<HTMLButtonElement>("button[value=save]")), "Mod+s": () => form.current && submit(form.current.querySelector<HTMLButtonElement>("button[value=save]")) }, page.mayEdit);
  const errors = answer?.errors ?? {};
  const typed = (event: FormEvent<HTMLFormElement>) => {
    const sent = Object.fromEntries([...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]));
    setDirty(true);
    setValues({ ...values, ...sent });
  };
  const field = (name: string) => ({ id: `clause-${name}`, name, defaultValue: first[name], errors: errors[name] });
  const isNew = page.clause === null;
  const change = page.inForce ? clauseChanges([page.inForce], [clauseOf({ ...values, code: page.inForce.code })])[0]! : null;
  return (
    <div className="grid grid-cols-1 gap-4">
      {page.version.state === "in_review" && page.mayEdit ? (
        <Callout tone="warn" title="This version is in review">
          <p className="text-sm">Saving takes it back from there: its reviewer would agree to another text.</p>
        </Callout>
      ) : null}
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
        <InForce clause={page.inForce} number={page.beforeNumber} />
        <Panel title={page.mayEdit ? `Version ${page.version.number}, as you write it` : `Version ${page.version.number}`} id="edit">
          {page.mayEdit ? (
            <Form ref={form} method="post" onChange={typed} onSubmit={() => setDirty(false)} noValidate className="grid gap-4">
              <ErrorSummary title="The clause is not saved" entries={[...(answer?.refusal ? [{ id: null, errors: [answer.refusal] }] : []), ...Object.entries(errors).map(([name, said]) => ({ id: `clause-${name}`, errors: said }))]} />
              {answer?.stale && page.clause ? (
                <Callout tone="warn" title={`${page.clause.editedBy ?? "Somebody"} saved this clause while you were writing`}>
                  <p className="text-sm">From what is saved now to your text, which is kept below. Save again to put yours in its place.</p>
                  <DiffText before={page.clause.text.body} after={first.body ?? ""} locale="en" />
                  <div lang="es">
                    <DiffText before={page.clause.text.bodyEs ?? ""} after={first.bodyEs ?? ""} locale="en" />
                  </div>
                </Callout>
              ) : null}
              <input type="hidden" name="basedOn" value={page.clause?.revision ?? 0} />
              <input type="hidden" name="stoodAfter" value={page.clause?.stoodAfter ?? ""} />
              <div className="grid items-start gap-4 sm:grid-cols-[minmax(0,8rem)_minmax(0,1fr)]">
                <InputField label="Section" inputMode="decimal" required {...field("section")} />
                <SelectField label="Stands after" required options={[{ value: "", label: "Nothing: it is the first" }, ...page.places.map(({ clauseId, code, title }) => ({ value: clauseId, label: `${code} ${title}`.slice(0, 90) }))]} {...field("after")} />
              </div>
              {isNew ? (
                <div className="grid gap-4 sm:grid-cols-2">
                  <InputField label="Code" required hint={`Stays for good, also when the section changes. Free: ${freeCode(page.policy.code, values.section || "1", new Set(page.takenCodes))}`} {...field("code")} />
                  <SelectField label="Area of conduct" required placeholder="Choose" hint="Reports and signals of one area make one case." options={policyAreas.map((value) => ({ value, label: areaNames[value] }))} {...field("area")} />
                </div>
              ) : null}
              <InputField label="Title" required maxLength={160} {...field("title")} />
              <TextareaField label="Text" required rows={12} hint="Markdown: **bold**, *italic*, lists with “-”, [a link](https://…)." {...field("body")} />
              <SelectField label="How grave a breach is" required placeholder="Choose" hint="Picks the ladder of measures." options={severities.map((value) => ({ value, label: value }))} {...field("severity")} />
              <details open={Boolean(first.titleEs || first.bodyEs || errors.bodyEs || first.labelEn || first.labelEs || errors.titleEs || errors.labelEn || errors.labelEs)} className="grid gap-4">
                <summary className="w-fit cursor-pointer underline underline-offset-2">In Spanish, and the choice in the report form</summary>
                <div className="mt-3 grid gap-4">
                  <InputField label="Title in Spanish" lang="es" maxLength={160} {...field("titleEs")} />
                  <TextareaField label="Text in Spanish" lang="es" rows={10} hint="Left empty, readers of Spanish get the English text." {...field("bodyEs")} />
                  <InputField label="In the report form" hint="What a person who reports picks, in their words. Left empty, the clause is no choice there." maxLength={160} {...field("labelEn")} />
                  <InputField label="In the report form, in Spanish" lang="es" maxLength={160} {...field("labelEs")} />
                </div>
              </details>
              <div className="flex flex-wrap gap-2">
                <Button type="submit" name="intent" value="save" variant="primary" disabled={busy} keys="Mod+Enter" shortcut="Meta+Enter Control+Enter">
                  {isNew ? "Add the clause" : "Save"}
                </Button>
                {page.next ? (
                  <Button type="submit" name="intent" value="save_next" disabled={busy}>
                    Save and open the next
                  </Button>
                ) : null}
                <Button type="submit" name="intent" value="preview">
                  Show what changes
                </Button>
              </div>
            </Form>
          ) : page.clause ? (
            <ClauseAsShown clause={page.clause.text} />
          ) : null}
        </Panel>
      </div>
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
        <Panel title="What changes" id="difference">
          {change === null ? (
            <p className="text-muted">{isNew ? "The whole clause is new." : "The clause is not in the version in force: all of it is new."}</p>
          ) : change.kind === "same" ? (
            <p className="text-muted">It reads as in version {page.beforeNumber}.</p>
          ) : (
            <div className="grid gap-3">
              <DiffLegend locale="en" />
              <ClauseChangeView change={change} />
            </div>
          )}
        </Panel>
        <Panel title="As it is shown" id="shown">
          {values.body ? <ClauseAsShown clause={clauseOf(values)} /> : <p className="text-muted">Nothing is written yet.</p>}
        </Panel>
      </div>
      {page.clause && page.mayEdit ? (
        <Form method="post" className="flex flex-wrap items-center gap-3 border-t border-line pt-4">
          <input type="hidden" name="basedOn" value={page.clause.revision} />
          <Button type="submit" name="intent" value="remove" variant="danger" size="sm">
            Take this clause out
          </Button>
          <p className="text-sm text-muted">Earlier versions keep it, and so do the findings that cite it. It can be brought back.</p>
        </Form>
      ) : null}
      <nav aria-label="Clauses beside this one" className="flex flex-wrap gap-2">
        {page.previous ? <ButtonLink size="sm" to={`/policy-versions/${page.version.id}/clauses/${page.previous}`}>The one before</ButtonLink> : null}
        {page.next ? <ButtonLink size="sm" to={`/policy-versions/${page.version.id}/clauses/${page.next}`}>The next one</ButtonLink> : null}
      </nav>
    </div>
  );
}

function InForce({ clause, number }: { clause: ClauseText | null; number: number | null }) {
  return (
    <Panel title={number === null ? "In force" : `Version ${number}, beside it`} id="in-force">
      {clause ? <ClauseAsShown clause={clause} /> : <p className="text-muted">It has no such clause.</p>}
    </Panel>
  );
}

function ClauseAsShown({ clause }: { clause: ClauseText }) {
  return (
    <div className="grid gap-2">
      <p className="font-semibold wrap-anywhere">
        {clause.section} {clause.title}
      </p>
      <MarkdownText source={clause.body} />
      <p className="text-sm text-muted">A breach is of {clause.severity} severity.</p>
      {clause.titleEs ? <p lang="es" className="text-sm text-muted">{clause.titleEs}</p> : null}
      {clause.bodyEs ? (
        <div lang="es" className="text-muted">
          <MarkdownText source={clause.bodyEs} />
        </div>
      ) : null}
      {clause.reportLabel ? <p className="text-sm text-muted">In the report form: “{clause.reportLabel.en}”, “<span lang="es">{clause.reportLabel.es}</span>”</p> : null}
    </div>
  );
}

/** What was typed and not saved is not lost by a wrong click. */
function useUnsaved(unsaved: boolean): void {
  useEffect(() => {
    if (!unsaved) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [unsaved]);
  const blocker = useBlocker(({ currentLocation, nextLocation }) => unsaved && currentLocation.pathname !== nextLocation.pathname);
  useEffect(() => {
    if (blocker.state !== "blocked") return;
    if (window.confirm("What you wrote is not saved. Leave it behind?")) blocker.proceed();
    else blocker.reset();
  }, [blocker]);
}
