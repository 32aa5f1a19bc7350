import { useForm, type SubmissionResult } from "@conform-to/react";
import { Form, useNavigation } from "@remix-run/react";
import { Button } from "~/components/button";
import { ErrorSummary } from "~/components/error-summary";
import { fieldProps } from "~/components/field";
import { FileField, TextareaField } from "~/components/inputs";
import { acceptedFiles } from "~/infra/uploads/limits";
import { sayError, standingWords } from "./standing-words";
import type { Language } from "./sla";

/** What a form of the standing page got back: which form it was, and what was wrong. */
export interface StandingAnswer {
  form: string;
  result: SubmissionResult<string[]>;
  /** Sentences about files, in the reader's language. */
  files: string[];
}

type FileAppealForm = { actionId: string; explanation: string; idempotencyKey: string; files: string };

/** Works without JavaScript: errors come back beside their fields with the words kept. */
export function AppealForm({
  actionId,
  idempotencyKey,
  late,
  slaDays,
  language,
  answer,
}: {
  actionId: string;
  idempotencyKey: string;
  late: boolean;
  slaDays: number;
  language: Language;
  answer: StandingAnswer | null;
}) {
  const words = standingWords(language);
  const sending = useNavigation().formMethod === "POST";
  const [form, fields] = useForm<FileAppealForm>({ id: `appeal-${actionId}`, lastResult: answer?.result as SubmissionResult<string[]> | undefined });
  const said = (errors: string[] | undefined) => errors?.map((key) => sayError(words, key));
  const entries = [
    { id: null, errors: said(form.errors) ?? [] },
    { id: fields.explanation.id, errors: said(fields.explanation.errors) ?? [] },
    { id: fields.files.id, errors: answer?.files ?? [] },
  ];
  return (
    <Form method="post" encType="multipart/form-data" id={form.id} onSubmit={form.onSubmit} noValidate className="grid gap-4">
      <ErrorSummary title={words.errors.summary} entries={entries} />
      <p className="text-sm text-muted">{words.appealLead(slaDays)}</p>
      <input type="hidden" name="actionId" value={actionId} />
      <input type="hidden" name="idempotencyKey" value={fields.idempotencyKey.initialValue ?? idempotencyKey} />
      <TextareaField
        label={words.explanation}
        hint={words.explanationHint}
        rows={7}
        {...fieldProps(fields.explanation)}
        errors={said(fields.explanation.errors)}
        required
      />
      <FileField label={words.files} hint={words.filesHint} id={fields.files.id} name="files" multiple accept={acceptedFiles} errors={answer?.files} />
      <Button type="submit" name="intent" value="file" variant="primary" className="justify-self-start" pending={sending}>
        {late ? words.sendLate : words.send}
      </Button>
    </Form>
  );
}

type EvidenceForm = { text: string; files: string };

/** More words or files for an appeal that is still open; `answers`: to the question that was asked. */
export function AddToAppealForm({ appealId, language, answer, answers = false }: { appealId: string; language: Language; answer: StandingAnswer | null; answers?: boolean }) {
  const words = standingWords(language);
  const [form, fields] = useForm<EvidenceForm>({ id: `add-${appealId}`, lastResult: answer?.result as SubmissionResult<string[]> | undefined });
  const said = (errors: string[] | undefined) => errors?.map((key) => sayError(words, key));
  const entries = [
    { id: fields.text.id, errors: [...(said(form.errors) ?? []), ...(said(fields.text.errors) ?? [])] },
    { id: fields.files.id, errors: answer?.files ?? [] },
  ];
  return (
    <Form method="post" encType="multipart/form-data" id={form.id} onSubmit={form.onSubmit} noValidate className="mt-3 grid gap-4">
      <ErrorSummary title={words.errors.summary} entries={entries} />
      <input type="hidden" name="appealId" value={appealId} />
      <TextareaField label={answers ? words.paused.answer : words.addText} rows={4} {...fieldProps(fields.text)} errors={said(fields.text.errors)} required />
      <FileField label={words.files} hint={words.filesHint} id={fields.files.id} name="files" multiple accept={acceptedFiles} errors={answer?.files} />
      <Button type="submit" name="intent" value="add" className="justify-self-start">
        {answers ? words.paused.send : words.add}
      </Button>
    </Form>
  );
}
