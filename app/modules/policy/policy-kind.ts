export const policyKinds = ["acceptable_use", "privacy"] as const;
export type PolicyKind = (typeof policyKinds)[number];

export const policyKindNames: Record<PolicyKind, string> = { acceptable_use: "Acceptable use", privacy: "Privacy" };
