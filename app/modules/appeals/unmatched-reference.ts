/** What the sender of an appeal that still has no action is given to quote. It carries nothing and opens nothing. */
export const unmatchedReference = (id: string): string => `U-${id.slice(-8, -4).toUpperCase()}-${id.slice(-4).toUpperCase()}`;

/** All that its sender wrote, as the explanation of the appeal it becomes. */
export const explanationOf = ({ actionText, explanation }: { actionText: string; explanation: string }): string => [actionText, explanation].filter(Boolean).join("\n\n");
