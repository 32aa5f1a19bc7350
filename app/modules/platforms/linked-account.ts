import { z } from "zod";
import { identifierKinds, tooCommon } from "./identifier";

export const linkSchema = z.object({
  kind: z.enum(identifierKinds),
  hint: z.string(),
  /** Since when both have it. */
  since: z.string(),
  /** When one of the two had it no more; null while both have it. */
  until: z.string().nullable(),
  /** How many accounts of the platform have it, counted up to one more than is too common. */
  shared: z.number(),
});
export type LinkView = z.infer<typeof linkSchema>;

export const linkedAccountSchema = z.object({
  accountId: z.string(),
  businessName: z.string(),
  externalId: z.string(),
  status: z.string(),
  since: z.string(),
  links: z.array(linkSchema),
});
export type LinkedAccountView = z.infer<typeof linkedAccountSchema>;

const names = { phone: "phone number", payment: "payment card or account", device: "device", domain: "domain" } as const;

/** "Same phone number, ending 0142" – why two accounts are shown together. */
export function linkInWords({ kind, hint, shared }: LinkView): string {
  const which = hint ? (kind === "phone" ? `, ending ${hint}` : `, ${hint}`) : "";
  const weak = shared > tooCommon ? ` (more than ${tooCommon} accounts have it)` : "";
  return `Same ${names[kind]}${which}${weak}`;
}
