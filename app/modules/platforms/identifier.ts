export const identifierKinds = ["phone", "payment", "device", "domain"] as const;
export type IdentifierKind = (typeof identifierKinds)[number];

/** What more accounts than this have in common (a reseller's number, a shared device) says nothing about any two of them. */
export const tooCommon = 20;
