import { z } from "zod";

/**
 * What a password must be: long, not the person's own address or name, not the same few characters over and over.
 * No composition rules (NIST SP 800-63B section 5.1.1.2 advises against them).
 */
export const passwordRules = { minLength: 12, maxLength: 200, minDistinct: 5 } as const;

export const newPassword = z
  .string({ error: "Choose a password." })
  .min(passwordRules.minLength, `Use at least ${passwordRules.minLength} characters. A short sentence works well.`)
  .max(passwordRules.maxLength, `Use at most ${passwordRules.maxLength} characters.`)
  .refine((value) => new Set(value).size >= passwordRules.minDistinct, "Use more different characters.");

/** A password that holds the person's own name or address is among the first that are tried. */
export function namesItsOwner(password: string, person: { email: string; name: string }): boolean {
  const said = password.toLowerCase();
  const parts = [person.email.split("@")[0] ?? "", ...person.name.split(/\s+/)].map((part) => part.toLowerCase());
  return parts.some((part) => part.length >= 4 && said.includes(part)) && password.length < 24;
}
