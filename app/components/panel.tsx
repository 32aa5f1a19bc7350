import type { ReactNode } from "react";
import { cx } from "./cx";

/** A titled area. `level` is the heading's rank on the page; `flush` leaves the padding to the content. */
export function Panel({
  title,
  level = 2,
  id,
  aside,
  flush = false,
  className,
  children,
}: {
  title?: ReactNode;
  level?: 2 | 3;
  id?: string;
  aside?: ReactNode;
  flush?: boolean;
  className?: string;
  children: ReactNode;
}) {
  const Heading = level === 2 ? "h2" : "h3";
  const headingId = id && title ? `${id}-title` : undefined;
  return (
    <section id={id} aria-labelledby={headingId} className={cx("rounded-lg border border-line bg-surface", className)}>
      {title ? (
        <header className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-2">
          <Heading id={headingId} className="text-base font-semibold">
            {title}
          </Heading>
          {aside}
        </header>
      ) : null}
      <div className={flush ? undefined : "p-4"}>{children}</div>
    </section>
  );
}

/** Facts as name and value; one column where it is narrow. */
export function Facts({ facts, className }: { facts: readonly { name: ReactNode; value: ReactNode; key?: string }[]; className?: string }) {
  return (
    <dl className={cx("grid grid-cols-[fit-content(55%)_1fr] gap-x-4 gap-y-1 text-sm", className)}>
      {facts.map((fact, index) => (
        <div key={fact.key ?? index} className="contents">
          <dt className="min-w-24 text-muted">{fact.name}</dt>
          <dd className="min-w-0 wrap-anywhere">{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
