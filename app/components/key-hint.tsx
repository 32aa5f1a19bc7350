import { cx } from "./cx";

/** A shortcut, shown on the control it works. Silent to assistive technology: the control names it in `aria-keyshortcuts`. */
export function KeyHint({ keys, className }: { keys: string; className?: string }) {
  return (
    <kbd
      aria-hidden="true"
      className={cx(
        "hidden min-w-5 items-center justify-center rounded-sm border border-current px-1 font-mono text-xs leading-4 sm:inline-flex",
        className,
      )}
    >
      {keys}
    </kbd>
  );
}
