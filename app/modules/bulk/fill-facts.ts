/** What a text for many account holders may leave open, filled for each. */
export const placeholders = ["business", "day", "reports"] as const;
export type FactValues = Record<(typeof placeholders)[number], string>;

const placeholder = /\{([a-z_]{1,30})\}/gi;
const isPlaceholder = (name: string): name is keyof FactValues => (placeholders as readonly string[]).includes(name);

/** Names in braces that stand for nothing. */
export const unknownPlaceholders = (text: string): string[] => [...text.matchAll(placeholder)].flatMap(([, name = ""]) => (isPlaceholder(name) ? [] : [name]));

/** The text for one account holder. What is filled in is never read for placeholders again. */
export const fillFacts = (text: string, values: FactValues): string => text.replace(placeholder, (whole, name: string) => (isPlaceholder(name) ? values[name] : whole));
