import { Callout } from "~/components/flash";
import type { ComposerData } from "./composer";

const titles = {
  expired: "came back: nobody answered it in 72 hours",
  rejected: "came back: a second person did not agree",
  taken_back: "was taken back",
} as const;

/** Why the form is filled in already. */
export function ReturnedNote({ reference, how, reason }: NonNullable<ComposerData["returned"]>) {
  return (
    <Callout tone="warn" title={`Your proposal ${reference} ${titles[how]}`}>
      {how === "expired" ? null : <p>“{reason}”</p>}
      <p>The form holds what you proposed. Change it or propose it again; look at when it is to begin.</p>
    </Callout>
  );
}
