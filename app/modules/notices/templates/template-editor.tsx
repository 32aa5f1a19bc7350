import { Form, useFetcher, useNavigation } from "@remix-run/react";
import { useEffect, useState } from "react";
import { Button } from "~/components/button";
import { Callout } from "~/components/flash";
import { InputField, TextareaField } from "~/components/inputs";
import { useNonce } from "~/components/nonce";
import { Panel } from "~/components/panel";
import type { Vocabulary } from "./language";
import type { TemplatePreview } from "./preview-template";
import type { TemplatePage } from "./templates.queries.server";

export interface EditorState {
  preview: TemplatePreview;
  text: { subject: string; body: string };
  errors: string[];
  note: string;
  effectiveOn: string;
}

/** The text, what it may name, and what it makes of sample facts: by a button, and with a script while it is typed. */
export function TemplateEditor({ page, vocabulary, first }: { page: TemplatePage; vocabulary: Vocabulary; first: EditorState }) {
  const fetcher = useFetcher<EditorState>();
  const [timer, setTimer] = useState<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => () => (timer ? clearTimeout(timer) : undefined), [timer]);
  const busy = useNavigation().state !== "idle";
  const { preview } = fetcher.data ?? first;
  const refresh = (event: React.FormEvent<HTMLFormElement>) => {
    const form = event.currentTarget;
    if (timer) clearTimeout(timer);
    setTimer(
      setTimeout(() => {
        const body = new FormData(form);
        body.set("intent", "preview");
        fetcher.submit(body, { method: "post" });
      }, 500),
    );
  };
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
      <Panel title="Text" id="text">
        <Form method="post" onChange={refresh} className="grid gap-4">
          {first.errors.length > 0 ? (
            <Callout tone="danger" role="alert" title="Not saved">
              {first.errors.join(" ")}
            </Callout>
          ) : null}
          <input type="hidden" name="basedOn" value={page.newest} />
          <InputField name="subject" label="Subject" required maxLength={200} defaultValue={first.text.subject} />
          <TextareaField name="body" label="Message" hint="Paragraphs, “# Heading”, “* item”, “> quotation”, “Label:: value”. An empty line between them." rows={22} required defaultValue={first.text.body} className="font-mono text-sm" />
          <InputField name="note" label="What changes and why" required maxLength={300} defaultValue={first.note} />
          <InputField name="effectiveOn" label="First day" type="date" hint={`In ${page.zone}. Left empty: at once.`} defaultValue={first.effectiveOn} />
          <div className="flex flex-wrap gap-2">
            <Button type="submit" name="intent" value="save" variant="primary" disabled={busy}>
              Save
            </Button>
            <Button type="submit" name="intent" value="preview" formNoValidate>
              Preview
            </Button>
            <Button type="submit" name="intent" value="revert" disabled={busy || page.newest === 0}>
              Use the product’s words again
            </Button>
          </div>
        </Form>
        <Names vocabulary={vocabulary} />
      </Panel>
      <section aria-label="Preview with sample facts" aria-live="polite" aria-busy={fetcher.state !== "idle"} className="grid gap-4">
        <Preview preview={preview} />
      </section>
    </div>
  );
}

function Names({ vocabulary }: { vocabulary: Vocabulary }) {
  return (
    <details className="mt-4">
      <summary className="w-fit cursor-pointer text-sm underline underline-offset-2">What this message can name</summary>
      <dl className="mt-2 grid gap-2 text-sm">
        {Object.entries(vocabulary.variables).map(([name, { label, required, form, when }]) => (
          <div key={name}>
            <dt className="font-mono">{`{{${name}}}`}</dt>
            <dd className="text-muted">
              {label}
              {form === "block" ? ", on a line of its own" : ""}
              {required ? `. Has to be there${when ? ` when ${vocabulary.flags[when] ?? when}` : ""}.` : "."}
            </dd>
          </div>
        ))}
        {Object.entries(vocabulary.flags).map(([name, label]) => (
          <div key={name}>
            <dt className="font-mono">{`{{#${name}}} … {{/${name}}}`}</dt>
            <dd className="text-muted">
              Only when {label}; with ^ in place of #, only when not.
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Preview({ preview }: { preview: TemplatePreview }) {
  const nonce = usePageNonce();
  if (!preview.mail) {
    return (
      <Callout tone="warn" title="This cannot be saved yet">
        <ul className="list-disc pl-5 text-sm">
          {preview.problems.map((problem, index) => (
            <li key={index}>
              {problem.field === "subject" ? "Subject" : "Message"}
              {problem.line === null ? "" : `, line ${problem.line}, sign ${problem.column}`}: {problem.message}
            </li>
          ))}
        </ul>
      </Callout>
    );
  }
  return (
    <>
      <Panel title="As mail" id="as-mail">
        <iframe title="The message as mail" sandbox="" srcDoc={preview.mail.html.replace("<style>", `<style nonce="${nonce}">`)} className="h-[36rem] w-full rounded-md border border-line" />
      </Panel>
      <Panel title="As text" id="as-text">
        <p className="font-medium wrap-anywhere">{preview.mail.subject}</p>
        <pre className="mt-2 text-sm whitespace-pre-wrap wrap-anywhere">{preview.mail.text}</pre>
      </Panel>
    </>
  );
}

/** A framed preview keeps the page's rules for styles; browsers hide the nonce from markup and give it to scripts of the page. */
function usePageNonce(): string {
  const rendered = useNonce();
  const [nonce] = useState(() => (typeof document === "undefined" ? rendered : (document.querySelector<HTMLElement>("script[nonce]")?.nonce ?? rendered)));
  return nonce;
}
