import type { z } from "zod";

/** What is wrong with each field of a form, by its name; "" is the form itself. */
export type FieldErrors = Record<string, string[]>;

export function fieldErrors({ issues }: z.ZodError): FieldErrors {
  const errors: FieldErrors = {};
  for (const { path, message } of issues) (errors[String(path[0] ?? "")] ??= []).push(message);
  return errors;
}

export const wholeForm = (sentence: string): FieldErrors => ({ "": [sentence] });
