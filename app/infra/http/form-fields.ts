import { data } from "@remix-run/node";
import { sanitiseText } from "../text";

const longestEcho = 120_000;
const mostFields = 1_000;
const mostItems = 200;
const fieldName = /^[A-Za-z_][\w-]{0,60}(?:\[(\d{0,3})\]|\.[A-Za-z_][\w-]{0,60}){0,5}$/;
const intentName = "__intent__";

/**
 * A form as somebody sent it, safe to be parsed into objects and lists: `rows[400000000]` would otherwise become a list
 * of that length, and so would an intent that names such an index. Fields named like that are dropped.
 *
 * @throws a 400 or 415 response for a body that is no form
 */
export async function readForm(request: Request): Promise<FormData> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)) throw data({ reason: "bad_form" }, { status: 415 });
  const sent = await request.formData().catch(() => {
    throw data({ reason: "bad_form" }, { status: 400 });
  });
  const kept = new FormData();
  let count = 0;
  for (const [name, value] of sent) {
    if ((count += 1) > mostFields) break;
    if (!isBounded(name)) continue;
    if (typeof value !== "string") kept.append(name, value);
    else if (name !== intentName || isBoundedIntent(value)) kept.append(name, value.slice(0, longestEcho));
  }
  return kept;
}

const isBounded = (name: string): boolean =>
  fieldName.test(name) &&
  !/(?:^|\.)(?:__proto__|prototype|constructor)(?:$|[.[])/.test(name) &&
  [...name.matchAll(/\[(\d+)\]/g)].every(([, index]) => Number(index) < mostItems);

const isBoundedIntent = (value: string): boolean =>
  value.length < 2_000 && [...value.matchAll(/\[(\d+)\]|"index"\s*:\s*(\d+)/g)].every(([, inName, asIndex]) => Number(inName ?? asIndex) < mostItems);

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
