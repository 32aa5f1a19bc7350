import { areaNames } from "../policy/areas";
import type { ShownReading } from "./reading.schema";

const languages = new Intl.DisplayNames(["en"], { type: "language" });

function languageName(tag: string): string {
  try {
    return languages.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** Why a mail got no answer, for those who ask. */
const silence: Record<string, string> = {
  null_sender: "it has no sender to answer",
  no_sender: "it has no sender to answer",
  own_address: "it came from our own address",
  daemon: "a machine sent it",
  automatic: "a machine sent it",
  list: "it came by a mailing list",
  bulk: "it was sent in bulk",
  this_hour: "its sender was told of another within the hour",
  told_before: "its sender was told of this appeal before",
};

/** Whether its sender was told that it arrived, and why not. */
export const acknowledgedWords = (acknowledged: boolean, { notAcknowledged }: ShownReading): string =>
  acknowledged ? "Yes" : notAcknowledged ? `No: ${silence[notAcknowledged] ?? notAcknowledged}` : "No";

/** Rows for a list of facts: what a machine read, and on which words it rests. People decide. */
export function readingFacts({ language, suggestion, faults = [] }: ShownReading) {
  return [
    ...(faults.length > 0 ? [{ name: "Not valid XARF", value: `${faults.join("; ")}. It is kept and worked on all the same.` }] : []),
    { name: "Language", value: language ? languageName(language) : <span className="text-muted">could not be told</span> },
    {
      name: "Seems to be",
      value: suggestion ? (
        <>
          {areaNames[suggestion.area]}
          <span className="block text-muted">
            because it says{" "}
            {suggestion.because.map((words, n) => (
              <span key={words}>
                {n > 0 ? ", " : ""}“<span dir="auto">{words}</span>”
              </span>
            ))}
            . Suggested by a machine, decided by nobody.
          </span>
        </>
      ) : (
        <span className="text-muted">nothing in it says</span>
      ),
    },
  ];
}
