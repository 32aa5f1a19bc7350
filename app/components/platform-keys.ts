import { useSyncExternalStore } from "react";

/** Whether `navigator.platform` names a machine whose chords go by ⌘. */
export const isApple = (platform: string): boolean => /^(Mac|iPhone|iPad|iPod)/.test(platform);

/** `Mod+Enter` as a person reads it: "⌘ Enter" on a Mac, "Ctrl Enter" elsewhere. Other keys stay as they are. */
export const spellKeys = (keys: string, apple: boolean): string => keys.replace("Mod+", apple ? "⌘ " : "Ctrl ");

/** The same for a small hint on a control: "Ctrl ↵". */
export const abbreviateKeys = (keys: string, apple: boolean): string => spellKeys(keys, apple).replace("Enter", "↵");

const never = () => () => undefined;

/** Whether the reader's machine is Apple's. The server cannot know and says no; the browser corrects it once hydrated. */
export const useApplePlatform = (): boolean =>
  useSyncExternalStore(
    never,
    () => isApple(navigator.platform),
    () => false,
  );
