import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes, TextareaHTMLAttributes } from "react";
import { cx } from "./cx";
import { controlLook, describedBy, Field, type FieldProps } from "./field";

type Control<Attributes> = FieldProps & Omit<Attributes, keyof FieldProps> & { className?: string };

export function InputField({
  label,
  hint,
  errors,
  id,
  className,
  ...rest
}: Control<InputHTMLAttributes<HTMLInputElement>>) {
  const own = id ?? rest.name;
  return (
    <Field id={own} label={label} hint={hint} errors={errors} required={rest.required} className={className}>
      <input id={own} type="text" className={cx(controlLook, "min-h-9")} {...describedBy({ id: own, hint, errors })} {...rest} />
    </Field>
  );
}

export function TextareaField({
  label,
  hint,
  errors,
  id,
  className,
  ...rest
}: Control<TextareaHTMLAttributes<HTMLTextAreaElement>>) {
  const own = id ?? rest.name;
  return (
    <Field id={own} label={label} hint={hint} errors={errors} required={rest.required} className={className}>
      <textarea id={own} rows={4} className={cx(controlLook, "py-2")} {...describedBy({ id: own, hint, errors })} {...rest} />
    </Field>
  );
}

export interface Choice {
  value: string;
  label: string;
  disabled?: boolean;
}

/** Choices under a heading; a plain list has no groups. */
export interface ChoiceGroup {
  label: string;
  options: readonly Choice[];
}

const isGroup = (entry: Choice | ChoiceGroup): entry is ChoiceGroup => "options" in entry;

const optionOf = (choice: Choice) => (
  <option key={choice.value} value={choice.value} disabled={choice.disabled}>
    {choice.label}
  </option>
);

/** The platform's own select: the one list box that works without JavaScript and on every phone. */
export function SelectField({
  label,
  hint,
  errors,
  id,
  options,
  placeholder,
  className,
  ...rest
}: Control<SelectHTMLAttributes<HTMLSelectElement>> & {
  options: readonly (Choice | ChoiceGroup)[];
  placeholder?: string;
}) {
  const own = id ?? rest.name;
  return (
    <Field id={own} label={label} hint={hint} errors={errors} required={rest.required} className={className}>
      <SelectControl id={own} options={options} placeholder={placeholder} {...describedBy({ id: own, hint, errors })} {...rest} />
    </Field>
  );
}

/** A select without its label, for toolbars; give it an `aria-label`. */
export function SelectControl({
  options,
  placeholder,
  className,
  ...rest
}: SelectHTMLAttributes<HTMLSelectElement> & { options: readonly (Choice | ChoiceGroup)[]; placeholder?: string }) {
  return (
    <select className={cx(controlLook, "min-h-9", className)} {...rest}>
      {placeholder === undefined ? null : <option value="">{placeholder}</option>}
      {options.map((entry) =>
        isGroup(entry) ? (
          <optgroup key={entry.label} label={entry.label}>
            {entry.options.map(optionOf)}
          </optgroup>
        ) : (
          optionOf(entry)
        ),
      )}
    </select>
  );
}

/** Files of one field; what is allowed is said in the hint before anybody chooses. */
export function FileField({
  label,
  hint,
  errors,
  id,
  className,
  ...rest
}: Control<Omit<InputHTMLAttributes<HTMLInputElement>, "type">> & { hint: ReactNode }) {
  const own = id ?? rest.name;
  return (
    <Field id={own} label={label} hint={hint} errors={errors} required={rest.required} className={className}>
      <input
        id={own}
        type="file"
        className={cx(
          "w-full rounded-md border border-dashed border-edge bg-surface p-3 text-sm text-ink",
          "file:mr-3 file:min-h-8 file:rounded-md file:border file:border-solid file:border-edge file:bg-canvas file:px-3 file:font-medium file:text-ink",
          "aria-invalid:border-2 aria-invalid:border-danger",
        )}
        {...describedBy({ id: own, hint, errors })}
        {...rest}
      />
    </Field>
  );
}
