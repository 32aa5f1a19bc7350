import { ErrorSummary } from "~/components/error-summary";

/** What a form of a page sent and what is wrong with it, by its intent. */
export interface FormAnswer {
  intent: string;
  values: Record<string, string>;
  errors: Record<string, string[]>;
  refusal: string | null;
  /** Somebody saved meanwhile what this form is about. */
  stale: boolean;
}

/** What is shown in the form with that intent; of several with one intent, in that which sent `mark`. */
export function answerOf(answer: FormAnswer | undefined, intent: string, mark: Record<string, string> = {}): FormAnswer {
  const isThis = answer?.intent === intent && Object.entries(mark).every(([name, value]) => answer.values[name] === value);
  return isThis ? answer : { intent, values: {}, errors: {}, refusal: null, stale: false };
}

export const isRefused = ({ refusal, errors }: FormAnswer): boolean => refusal !== null || Object.keys(errors).length > 0;

/** What has to be put right in a form whose fields have the ids `<form>-<name>`. */
export const AnswerSummary = ({ form, answer: { refusal, errors }, title }: { form: string; answer: FormAnswer; title: string }) => (
  <ErrorSummary title={title} entries={[...(refusal ? [{ id: null, errors: [refusal] }] : []), ...Object.entries(errors).map(([name, said]) => ({ id: `${form}-${name}`, errors: said }))]} />
);
