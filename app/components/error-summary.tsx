import { takeFocus } from "./take-focus";

export interface SummaryEntry {
  /** Id of the control, or null for an error of the whole form. */
  id: string | null;
  errors: readonly string[];
}

/**
 * What has to be put right before a form can be sent, first on the page and given the focus. Without
 * JavaScript the browser reaches it by `autofocus`.
 */
export function ErrorSummary({ title = "Please check these before sending", entries }: { title?: string; entries: readonly SummaryEntry[] }) {
  const wrong = entries.filter((entry) => entry.errors.length > 0);
  if (wrong.length === 0) return null;
  return (
    <div
      key={wrong.map((entry) => entry.errors.join(" ")).join("|")}
      ref={takeFocus}
      tabIndex={-1}
      autoFocus
      role="alert"
      aria-labelledby="error-summary-title"
      className="mb-6 rounded-md border-2 border-danger bg-danger-soft p-4"
    >
      <h2 id="error-summary-title" className="text-base font-semibold text-danger">
        {title}
      </h2>
      <ul className="mt-2 list-disc pl-5">
        {wrong.map((entry) => (
          <li key={entry.id ?? "form"}>
            {entry.id ? (
              <a href={`#${entry.id}`} className="text-ink underline underline-offset-2">
                {entry.errors.join(" ")}
              </a>
            ) : (
              entry.errors.join(" ")
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

/**
 * Entries of a conform form: its own errors first, then those of its fields in the given order.
 *
 * @throws RangeError for the form's own `fields`: they answer to every name and list none, so no error would ever be shown
 */
export function summaryOf(
  form: { errors?: string[] },
  fields: Record<string, { id: string; errors?: string[] }>,
): SummaryEntry[] {
  if (Object.keys(fields).length === 0) throw new RangeError("Name the fields of the form one by one");
  return [
    { id: null, errors: form.errors ?? [] },
    ...Object.values(fields).map((field) => ({ id: field.id, errors: field.errors ?? [] })),
  ];
}
