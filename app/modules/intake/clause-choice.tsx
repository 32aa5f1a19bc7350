import { ChevronRight } from "lucide-react";
import { describedBy, FieldErrors, hintId } from "~/components/field";
import type { IntakeWords } from "./words";
import type { ReportChoices } from "./report-form.queries.server";
import { noClause } from "./submit-report.schema";

const radio = "mt-1 size-4 shrink-0 accent-accent";

/**
 * Everything that can be reported, in groups that open one at a time, so that sixty choices do not meet a shaken person
 * at once. Groups are `<details>`: they work without JavaScript, and the one with the choice in it stays open and says so.
 */
export function ClauseChoice({
  id,
  name,
  groups,
  words,
  value,
  errors,
}: {
  id: string;
  name: string;
  groups: ReportChoices["groups"];
  words: IntakeWords;
  value: string | undefined;
  errors: string[] | undefined;
}) {
  const hint = words.form.whatHint;
  return (
    <fieldset id={id} tabIndex={-1} {...describedBy({ id, hint, errors })} aria-invalid={undefined} className="min-w-0">
      <legend className="text-lg font-semibold">{words.form.what}</legend>
      <p id={hintId(id)} className="mt-1 mb-3 text-sm text-muted">
        {hint}
      </p>
      <div className="mb-3 empty:hidden">
        <FieldErrors id={id} errors={errors} />
      </div>
      <div className="divide-y divide-line overflow-hidden rounded-lg border border-edge bg-surface">
        {groups.map((group) => (
          <details key={group.area} open={group.options.some((option) => option.value === value)} className="group has-[input:checked]:bg-accent-soft">
            <summary className="flex min-h-11 cursor-pointer list-none items-center gap-2 px-3 py-2 font-medium hover:bg-hover [&::-webkit-details-marker]:hidden">
              <ChevronRight aria-hidden="true" className="size-4 shrink-0 text-muted transition-transform group-open:rotate-90" />
              <span className="min-w-0 flex-1">{words.areas[group.area]}</span>
              <span className="hidden text-sm font-normal text-accent group-has-[input:checked]:inline">{words.form.chosen}</span>
            </summary>
            <div role="group" aria-label={words.areas[group.area]} className="grid gap-1 border-t border-line bg-surface px-3 py-2">
              {group.options.map((option) => (
                <label key={option.value} className="flex min-h-8 gap-3 rounded-md px-2 py-1 hover:bg-hover has-[input:checked]:bg-accent-soft">
                  <input type="radio" name={name} value={option.value} defaultChecked={option.value === value} className={radio} />
                  <span className="min-w-0">{option.label}</span>
                </label>
              ))}
            </div>
          </details>
        ))}
        <label className="flex min-h-11 cursor-pointer gap-3 px-3 py-2 hover:bg-hover has-[input:checked]:bg-accent-soft">
          <input type="radio" name={name} value={noClause} defaultChecked={value === noClause} aria-describedby={`${id}-other-hint`} className={radio} />
          <span className="min-w-0">
            <span className="block font-medium">{words.form.other}</span>
            <span id={`${id}-other-hint`} className="block text-sm text-muted">
              {words.form.otherHint}
            </span>
          </span>
        </label>
      </div>
    </fieldset>
  );
}
