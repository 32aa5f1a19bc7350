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
