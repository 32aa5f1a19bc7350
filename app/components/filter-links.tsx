import { Link } from "@remix-run/react";
import { cx } from "./cx";

export interface FilterLink {
  to: string;
  current: boolean;
  label: string;
}

/** Narrows the list below it by one choice among several, each an address of its own. */
export function FilterLinks({ label, links }: { label: string; links: readonly FilterLink[] }) {
  return (
    <nav aria-label={label} className="flex flex-wrap gap-1 border-b border-line px-3 py-2">
      {links.map(({ to, current, label: name }) => (
        <Link
          key={to}
          to={to}
          preventScrollReset
          aria-current={current ? "page" : undefined}
          className={cx("inline-flex min-h-7 items-center rounded-md px-2 text-sm font-medium", current ? "bg-accent-soft text-accent" : "text-muted hover:bg-hover hover:text-ink")}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
