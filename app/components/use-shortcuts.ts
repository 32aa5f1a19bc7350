import { useEffect, useRef } from "react";

/** Keys as `KeyboardEvent.key` spells them; `Mod+Enter` is ⌘↵ on a Mac and Ctrl+Enter elsewhere. */
export type Shortcuts = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/** Whether the person is writing: a letter then is a letter. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest("textarea, select")) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "reset", "file"].includes(target.type);
}

/**
 * Runs shortcuts on the page. Single keys stay out of the way of typing, of open dialogs and menus and of the
 * browser's own chords, and can be turned off altogether (WCAG 2.2, 2.1.4); `Mod+…` works while typing too.
 */
export function useShortcuts(shortcuts: Shortcuts, enabled = true): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    if (!enabled) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat || event.isComposing) return;
      const chord = event.metaKey || event.ctrlKey;
      if (event.altKey) return;
      if (!chord && (isTyping(event.target) || document.querySelector("[role=dialog][data-state=open], [role=menu]"))) return;
      const run = latest.current[chord ? `Mod+${event.key}` : event.key];
      if (!run) return;
      event.preventDefault();
      run(event);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [enabled]);
}
