import { expect, test } from "vitest";
import { abbreviateKeys, isApple, spellKeys } from "./platform-keys";

test.each([
  ["MacIntel", "⌘ Enter", "⌘ ↵"],
  ["iPad", "⌘ Enter", "⌘ ↵"],
  ["Linux x86_64", "Ctrl Enter", "Ctrl ↵"],
  ["Win32", "Ctrl Enter", "Ctrl ↵"],
  ["", "Ctrl Enter", "Ctrl ↵"],
])("on %s the chord that decides is %s, in short %s", (platform, spelled, short) => {
  expect(spellKeys("Mod+Enter", isApple(platform))).toBe(spelled);
  expect(abbreviateKeys("Mod+Enter", isApple(platform))).toBe(short);
});

test.each(["c", "/", "1 … 5", "j / k"])("%s is the same key everywhere", (keys) => {
  expect([abbreviateKeys(keys, true), abbreviateKeys(keys, false)]).toEqual([keys, keys]);
});
