import type { z } from "zod";
import { regionField } from "./picture-redaction";

/** What is wrong with each field of a form, by its name; "" is the form itself. */
export type FieldErrors = Record<string, string[]>;

export function fieldErrors({ issues }: z.ZodError): FieldErrors {
  const errors: FieldErrors = {};
  for (const { path, message } of issues) (errors[String(path[0] ?? "")] ??= []).push(message);
  return errors;
}

export const wholeForm = (sentence: string): FieldErrors => ({ "": [sentence] });

/** What is wrong with what is to be covered, by the field of the row in which each region stands. */
export function coverErrors({ issues }: z.ZodError, rows: readonly { row: number }[]): FieldErrors {
  const errors: FieldErrors = {};
  for (const { path, message } of issues) {
    const [list, nth, field] = path;
    const row = list === "regions" && typeof nth === "number" ? rows[nth]?.row : undefined;
    (errors[row === undefined ? String(list ?? "") : regionField(row, String(field ?? "left"))] ??= []).push(message);
  }
  return errors;
}

/** "Part 2: " for what is wrong with a region. */
export function partOf(name: string): string {
  const [, part] = /^region-(\d+)/.exec(name) ?? [];
  return part ? `Part ${Number(part) + 1}: ` : "";
}
