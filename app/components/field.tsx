import { createContext, type ReactNode, useContext } from "react";
import { CircleAlert } from "lucide-react";
import { cx } from "./cx";

/** What every field takes beside its own control's attributes. */
export interface FieldProps {
  name: string;
  label: ReactNode;
  id?: string;
  hint?: ReactNode;
  errors?: string[];
  required?: boolean;
}

/** The part of a conform field that a control needs; see {@link fieldProps}. */
interface FieldState {
  id: string;
  name: string;
  errors?: string[];
  required?: boolean;
  minLength?: number;
  maxLength?: number;
  initialValue?: unknown;
}

/** Spreads a conform field onto a field of this library: `<InputField label="Email" {...fieldProps(fields.email)} />`. */
export function fieldProps(field: FieldState) {
  return {
    id: field.id,
    name: field.name,
    errors: field.errors,
    required: field.required,
    minLength: field.minLength,
    maxLength: field.maxLength,
    defaultValue: typeof field.initialValue === "string" ? field.initialValue : undefined,
  };
}

export const hintId = (id: string) => `${id}-hint`;
export const errorId = (id: string) => `${id}-error`;

/** `aria-*` attributes that tie a control to its hint and error. */
export const describedBy = ({ id, hint, errors }: { id: string; hint?: ReactNode; errors?: string[] }) => ({
  "aria-invalid": errors?.length ? (true as const) : undefined,
  "aria-describedby": cx(hint ? hintId(id) : false, errors?.length ? errorId(id) : false) || undefined,
});

export const controlLook =
  "w-full rounded-md border border-edge bg-surface px-3 text-ink aria-invalid:border-2 aria-invalid:border-danger disabled:bg-sunken disabled:text-muted";

export function FieldErrors({ id, errors }: { id: string; errors?: string[] }) {
  if (!errors?.length) return null;
  return (
    <div id={errorId(id)} className="flex gap-1 text-sm font-medium text-danger">
      <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
      {errors.length === 1 ? (
        <p>{errors[0]}</p>
      ) : (
        <ul className="grid gap-1">
          {errors.map((error) => (
            <li key={error}>{error}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

const OptionalWord = createContext("optional");

/** How the fields inside say that they may stay empty, on a page in another language. */
export const OptionalWordProvider = OptionalWord.Provider;

export function OptionalMark() {
  return <span className="font-normal text-muted"> ({useContext(OptionalWord)})</span>;
}

/** Label, hint, control and error of one field. Optional is said in words; required is the rule. */
export function Field({
  id,
  label,
  hint,
  errors,
  required,
  className,
  children,
}: Omit<FieldProps, "name"> & { id: string; className?: string; children: ReactNode }) {
  return (
    <div className={cx("grid gap-1", className)}>
      <label htmlFor={id} className="font-medium">
        {label}
        {required ? null : <OptionalMark />}
      </label>
      {hint ? (
        <p id={hintId(id)} className="text-sm text-muted">
          {hint}
        </p>
      ) : null}
      {children}
      <FieldErrors id={id} errors={errors} />
    </div>
  );
}
