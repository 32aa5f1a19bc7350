import { cx } from "./cx";
import { abbreviateKeys, useApplePlatform } from "./platform-keys";

/** A shortcut, shown on the control it works. Silent to assistive technology: the control names it in `aria-keyshortcuts`. */
export function KeyHint({ keys, className }: { keys: string; className?: string }) {
  const apple = useApplePlatform();
  return (
    <kbd
      aria-hidden="true"
      className={cx(
        "hidden min-w-5 items-center justify-center rounded-sm border border-current px-1 font-mono text-xs leading-4 sm:inline-flex",
        className,
      )}
    >
      {abbreviateKeys(keys, apple)}
    </kbd>
  );
}
