import { Link } from "@remix-run/react";
import { Tabs as Radix } from "radix-ui";
import type { HTMLAttributes, ReactNode } from "react";
import { forwardRef } from "react";
import { cx } from "./cx";

const tab = "-mb-px inline-flex min-h-9 items-center gap-2 border-b-2 px-3 text-sm font-medium";
const unchosen = "border-transparent text-muted hover:text-ink";
const chosen = "border-accent text-ink";

export interface Tab {
  value: string;
  label: ReactNode;
  content: ReactNode;
}

/** Radix sets an inline style on the panel; the Content-Security-Policy refuses those in served HTML. */
const Unstyled = forwardRef<HTMLDivElement, HTMLAttributes<HTMLDivElement>>(({ style: _style, ...rest }, ref) => (
  <div ref={ref} {...rest} />
));
Unstyled.displayName = "Unstyled";

/** Panels of one page that swap in place. Where each panel has an address of its own use {@link TabLinks}. */
export function Tabs({ label, tabs, defaultValue }: { label: string; tabs: readonly Tab[]; defaultValue?: string }) {
  return (
    <Radix.Root defaultValue={defaultValue ?? tabs[0]?.value} activationMode="automatic">
      <Radix.List aria-label={label} className="flex overflow-x-auto border-b border-line">
        {tabs.map((entry) => (
          <Radix.Trigger
            key={entry.value}
            value={entry.value}
            className={cx(tab, unchosen, "data-[state=active]:border-accent data-[state=active]:text-ink")}
          >
            {entry.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((entry) => (
        <Radix.Content key={entry.value} value={entry.value} asChild>
          <Unstyled className="pt-4">{entry.content}</Unstyled>
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}

/** Views with addresses: links that look like tabs and work without JavaScript. */
export function TabLinks({
  label,
  tabs,
}: {
  label: string;
  tabs: readonly { to: string; label: ReactNode; current: boolean }[];
}) {
  return (
    <nav aria-label={label} className="flex overflow-x-auto border-b border-line">
      {tabs.map((entry) => (
        <Link key={entry.to} to={entry.to} aria-current={entry.current ? "page" : undefined} className={cx(tab, "whitespace-nowrap", entry.current ? chosen : unchosen)}>
          {entry.label}
        </Link>
      ))}
    </nav>
  );
}
