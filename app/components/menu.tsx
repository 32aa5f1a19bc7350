import { DropdownMenu as Radix } from "radix-ui";
import type { ReactNode } from "react";

/** Lesser actions behind one button. */
export function Menu({ trigger, label, children }: { trigger: ReactNode; label: string; children: ReactNode }) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-48 rounded-md border border-line bg-surface p-1 text-sm text-ink shadow-overlay"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** One entry; its only child is a link or a button. */
export function MenuItem({ children, disabled }: { children: ReactNode; disabled?: boolean }) {
  return (
    <Radix.Item
      asChild
      disabled={disabled}
      className="flex w-full items-center gap-2 rounded-sm px-2 py-1.5 text-left outline-none data-disabled:opacity-55 data-highlighted:bg-accent-soft"
    >
      {children}
    </Radix.Item>
  );
}

export const MenuSeparator = () => <Radix.Separator className="my-1 h-px bg-line" />;
