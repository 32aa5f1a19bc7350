import { sanitiseText } from "../text";

const longestEcho = 120_000;

/**
 * The named fields of a form that anybody may have sent: the first value of each, cleaned, and no longer than a page
 * that shows it again can bear. What was not asked for is dropped.
 */
export function cleanFields(sent: FormData, names: readonly string[]): FormData {
  const clean = new FormData();
  for (const name of names) {
    const value = sent.get(name);
    if (typeof value === "string") clean.append(name, sanitiseText(value.slice(0, longestEcho)));
  }
  return clean;
}
