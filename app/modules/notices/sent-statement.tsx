import { cx } from "~/components/cx";

/** The frozen words of a statement of reasons, folded until somebody asks for them. */
export function SentStatement({ statement, className }: { statement: { subject: string; text: string; language?: string }; className?: string }) {
  return (
    <details className={cx("text-sm", className)}>
      <summary className="w-fit cursor-pointer text-accent underline underline-offset-2">The statement of reasons, as sent</summary>
      <article lang={statement.language} aria-label={statement.subject} className="mt-2 max-h-96 overflow-y-auto rounded-md border border-line bg-sunken p-3 whitespace-pre-wrap wrap-anywhere" tabIndex={0}>
        {statement.text}
      </article>
    </details>
  );
}
