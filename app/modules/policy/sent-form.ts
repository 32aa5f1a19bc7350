import { z } from "zod";

/** The texts of a form by their names, to be parsed and, where something is wrong, shown again. */
export const textsOf = (form: FormData): Record<string, string> => Object.fromEntries([...form].flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])));

/** What is wrong, by the field it is wrong in. */
export const errorsByField = (error: z.ZodError): Record<string, string[]> => z.flattenError(error).fieldErrors as Record<string, string[]>;
