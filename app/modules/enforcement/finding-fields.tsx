import type { FieldMetadata } from "@conform-to/react";
import { Plus, Trash2 } from "lucide-react";
import type { ButtonHTMLAttributes } from "react";
import { Button } from "~/components/button";
import { fieldProps, FieldErrors } from "~/components/field";
import { InputField, SelectField } from "~/components/inputs";
import type { ComposerData, ComposerFields } from "./composer";

type Row = ComposerFields["findings"][number];
type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement>;

/** The clauses that were breached, each with the day of the conduct, which picks the version of the policy it is judged by. */
export function FindingFields({
  field,
  clauses,
  today,
  add,
  remove,
}: {
  field: FieldMetadata<Row[], ComposerFields, string[]>;
  clauses: ComposerData["clauses"];
  today: string;
  add: ButtonProps;
  remove: (index: number) => ButtonProps;
}) {
  const rows = field.getFieldList();
  return (
    <fieldset id={field.id} tabIndex={-1} className="grid gap-3">
      <legend className="mb-1 text-sm font-medium">Findings</legend>
      <FieldErrors id={field.id} errors={field.errors} />
      {rows.map((row, index) => {
        const { clauseId, conductOn } = row.getFieldset();
        return (
          <div key={row.key} className="grid gap-2 rounded-md border border-line p-3">
            <SelectField label={index === 0 ? "Clause" : `Clause ${index + 1}`} options={clauses} placeholder="Pick a clause" {...fieldProps(clauseId)} required={index === 0} />
            <div className="flex items-end gap-2">
              <InputField label="Day it happened" type="date" max={today} className="flex-1" {...fieldProps(conductOn)} required={index === 0} />
              {rows.length > 1 ? (
                <Button {...remove(index)} type="submit" variant="quiet" icon={<Trash2 aria-hidden="true" className="size-4" />}>
                  Remove
                </Button>
              ) : null}
            </div>
          </div>
        );
      })}
      <div>
        <Button {...add} type="submit" size="sm" icon={<Plus aria-hidden="true" className="size-4" />}>
          Another finding
        </Button>
      </div>
    </fieldset>
  );
}
