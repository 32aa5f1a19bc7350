import type { InputHTMLAttributes, ReactNode } from "react";
import { cx } from "./cx";
import { describedBy, FieldErrors, type FieldProps, hintId, OptionalMark } from "./field";

const box = "mt-1 size-4 shrink-0 accent-accent";

/** One yes-or-no. */
export function CheckboxField({
  label,
  hint,
  errors,
  id,
  className,
  ...rest
}: FieldProps & Omit<InputHTMLAttributes<HTMLInputElement>, "type" | keyof FieldProps> & { className?: string }) {
  const own = id ?? rest.name;
  return (
    <div className={cx("grid gap-1", className)}>
      <div className="flex gap-2">
        <input id={own} type="checkbox" className={box} {...describedBy({ id: own, hint, errors })} {...rest} />
        <div>
          <label htmlFor={own} className="font-medium">
            {label}
          </label>
          {hint ? (
            <p id={hintId(own)} className="text-sm text-muted">
              {hint}
            </p>
          ) : null}
        </div>
      </div>
      <FieldErrors id={own} errors={errors} />
    </div>
  );
}

export interface GroupOption {
  value: string;
  label: ReactNode;
  hint?: ReactNode;
  keys?: string;
  disabled?: boolean;
}

interface GroupProps extends FieldProps {
  options: readonly GroupOption[];
  className?: string;
  /** The group's question is a heading of the page already: hide it from sight, not from assistive technology. */
  hideLabel?: boolean;
}

/** A question with one answer out of a few. */
export function RadioGroup({ defaultValue, onChange, ...group }: GroupProps & { defaultValue?: string; onChange?: (value: string) => void }) {
  return (
    <ChoiceFieldset {...group}>
      {(option, id) => (
        <input
          id={id}
          type="radio"
          name={group.name}
          value={option.value}
          required={group.required}
          disabled={option.disabled}
          defaultChecked={option.value === defaultValue}
          onChange={onChange ? () => onChange(option.value) : undefined}
          aria-describedby={option.hint ? hintId(id) : undefined}
          aria-keyshortcuts={option.keys}
          className={box}
        />
      )}
    </ChoiceFieldset>
  );
}

/** A question with any number of answers. */
export function CheckboxGroup({ defaultValue = [], ...group }: GroupProps & { defaultValue?: readonly string[] }) {
  return (
    <ChoiceFieldset {...group}>
      {(option, id) => (
        <input
          id={id}
          type="checkbox"
          name={group.name}
          value={option.value}
          disabled={option.disabled}
          defaultChecked={defaultValue.includes(option.value)}
          aria-describedby={option.hint ? hintId(id) : undefined}
          className={box}
        />
      )}
    </ChoiceFieldset>
  );
}

function ChoiceFieldset({
  name,
  id,
  label,
  hint,
  errors,
  required,
  options,
  className,
  hideLabel,
  children,
}: GroupProps & { children: (option: GroupOption, id: string) => ReactNode }) {
  const own = id ?? name;
  return (
    <fieldset id={own} tabIndex={-1} className={cx("grid gap-2", className)} {...describedBy({ id: own, hint, errors })} aria-invalid={undefined}>
      <legend className={cx("mb-1 font-medium", hideLabel && "sr-only")}>
        {label}
        {required ? null : <OptionalMark />}
      </legend>
      {hint ? (
        <p id={hintId(own)} className="text-sm text-muted">
          {hint}
        </p>
      ) : null}
      <FieldErrors id={own} errors={errors} />
      {options.map((option, index) => {
        const optionId = `${own}-${index + 1}`;
        return (
          <div key={option.value} className="flex gap-2">
            {children(option, optionId)}
            <div className="min-w-0">
              <label htmlFor={optionId} className={option.disabled ? "text-muted" : undefined}>
                {option.label}
              </label>
              {option.hint ? (
                <p id={hintId(optionId)} className="text-sm text-muted">
                  {option.hint}
                </p>
              ) : null}
            </div>
          </div>
        );
      })}
    </fieldset>
  );
}
