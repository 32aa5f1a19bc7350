import { expect, test } from "vitest";
import { textOf, type EvidenceView } from "./evidence-view";

const clean = { verdict: "clean", signature: null } as const;
const infected = { verdict: "infected", signature: "Eicar" } as const;

test.each<[string, Pick<EvidenceView, "shown" | "mediaType" | "scan">, boolean, ReturnType<typeof textOf>]>([
  ["a text nobody scans", { shown: "text", mediaType: "text/plain", scan: null }, false, "readable"],
  ["a text that was not scanned yet", { shown: "text", mediaType: "text/plain", scan: null }, true, "waits"],
  ["a text with nothing in it", { shown: "text", mediaType: "text/plain", scan: clean }, true, "readable"],
  ["a text with a virus, also once there is no scanner", { shown: "text", mediaType: "text/plain", scan: infected }, false, "infected"],
  ["a mail, which is made anew", { shown: "text", mediaType: "message/rfc822", scan: infected }, true, "readable"],
  ["a picture", { shown: "picture", mediaType: "image/png", scan: null }, true, null],
])("%s", (_what, file, scans, found) => {
  expect(textOf(file, scans)).toBe(found);
});
