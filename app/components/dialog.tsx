import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { X } from "lucide-react";

/** Something that needs an answer before the page goes on. Give `trigger`, or hold `open` from outside. */
export function Dialog({
  title,
  description,
  trigger,
  open,
  onOpenChange,
  children,
}: {
  title: string;
  description?: string;
  trigger?: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  children: ReactNode;
}) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      {trigger ? <Radix.Trigger asChild>{trigger}</Radix.Trigger> : null}
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-[#00000080]" />
        <Radix.Content
          aria-describedby={description ? undefined : ""}
          className="fixed top-1/2 left-1/2 z-50 max-h-[calc(100dvh-32px)] w-[min(640px,calc(100vw-32px))] -translate-x-1/2 -translate-y-1/2 overflow-y-auto rounded-lg border border-line bg-surface p-5 text-ink shadow-overlay"
        >
          <Radix.Title className="pr-10 text-lg font-semibold">{title}</Radix.Title>
          {description ? <Radix.Description className="mt-1 text-muted">{description}</Radix.Description> : null}
          <div className="mt-4">{children}</div>
          <Radix.Close
            aria-label="Close"
            className="absolute top-3 right-3 inline-flex size-8 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink"
          >
            <X aria-hidden="true" className="size-5" />
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Wraps a control that closes the dialog it stands in. */
export const DialogClose = ({ children }: { children: ReactNode }) => <Radix.Close asChild>{children}</Radix.Close>;
