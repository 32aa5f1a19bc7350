/** What a contact is to the account; "owner" where nobody said. */
export const contactRoles = ["owner", "legal", "admin", "billing", "technical", "other"] as const;
export type ContactRole = (typeof contactRoles)[number];

/** A way to reach somebody as lists show it: enough to tell two apart, too little to write or call. "o•••@z•••.example", "+1•••42". */
export function maskedContact(kind: "email" | "phone", value: string): string {
  if (kind === "phone") return `${value.slice(0, 2)}•••${value.slice(-2)}`;
  const at = value.lastIndexOf("@");
  const domain = value.slice(at + 1);
  const dot = domain.lastIndexOf(".");
  return `${firstSign(value.slice(0, at))}•••@${firstSign(domain)}•••${dot < 0 ? "" : domain.slice(dot)}`;
}

const firstSign = (text: string): string => [...text][0] ?? "";
