import { RadioGroup } from "~/components/choice";
import { InputField } from "~/components/inputs";
import { actionKindWords } from "./appeal-labels";
import { isAppealable } from "./appealable";
import type { UnmatchedRow } from "./unmatched.queries.server";

/** The choice of none of those that fit. */
export const anotherAction = "another";

/** What it can be about. */
export const appealable = ({ candidates }: Pick<UnmatchedRow, "candidates">) => candidates.filter(isAppealable);

/** Which action an appeal means: one that fits, or one somebody knows by its reference. */
export function MatchFields({ row }: { row: Pick<UnmatchedRow, "id" | "candidates"> }) {
  const choices = appealable(row);
  const [only, ...others] = choices;
  return (
    <>
      <input type="hidden" name="unmatchedId" value={row.id} />
      {choices.length > 0 ? (
        <RadioGroup
          id={`candidate-${row.id}`}
          name="candidate"
          label="It is about"
          required
          defaultValue={others.length === 0 ? only?.reference : undefined}
          options={[
            ...choices.map((one) => ({ value: one.reference, label: `${one.reference}: ${actionKindWords[one.kind]}, ${one.state.replaceAll("_", " ")}`, hint: one.businessName })),
            { value: anotherAction, label: "Another action", hint: "Write its reference below." },
          ]}
        />
      ) : null}
      <InputField
        id={`match-${row.id}`}
        name="actionReference"
        label={choices.length > 0 ? "Reference of the other action" : "Action"}
        hint={choices.length > 0 ? "What stands here counts, whatever is chosen above." : undefined}
        placeholder="A-4K7Q-T2MX"
        required={choices.length === 0}
      />
    </>
  );
}
