import { Form } from "@remix-run/react";
import { Button } from "~/components/button";
import { SelectField } from "~/components/inputs";
import { AnswerSummary, type FormAnswer } from "./form-answer";

const named: Record<string, string> = { en: "English", es: "Spanish" };

/** The mail account holders get, sent to oneself. */
export function TestSendForm({ languages, answer }: { languages: readonly string[]; answer: FormAnswer }) {
  return (
    <Form method="post" action="#test" id="test" noValidate className="grid max-w-xl gap-3">
      <AnswerSummary form="test" answer={answer} title="No test was sent" />
      {languages.length > 1 ? <SelectField id="test-language" name="language" label="Language of the test" options={languages.map((value) => ({ value, label: named[value] ?? value }))} defaultValue={answer.values.language ?? languages[0]} errors={answer.errors.language} /> : <input type="hidden" name="language" value={languages[0] ?? "en"} />}
      <Button type="submit" name="intent" value="test" className="justify-self-start">
        Send me a test
      </Button>
      <p className="text-sm text-muted">It goes to your own address and to nobody else, marked as a test.</p>
    </Form>
  );
}
