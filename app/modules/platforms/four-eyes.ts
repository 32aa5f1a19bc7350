/** What DOMAIN rule 2 asks of every platform: a suspension over so many days takes a second person. */
export const fourEyesFloorDays = 30;

/** What a platform may put under four eyes beyond the rule's own termination, referral and long suspension. */
export const furtherKinds = ["warning", "feature_restriction", "interim_measure", "bulk"] as const;
export type FurtherKind = (typeof furtherKinds)[number];

export const furtherKindNames: Record<FurtherKind, string> = {
  warning: "Every warning",
  feature_restriction: "Every restriction of features",
  interim_measure: "Every interim measure",
  bulk: "Every bulk run that decides",
};

/** When a second person is needed on one platform. A platform may ask for more than the rule, never for less. */
export type FourEyes = {
  /** A suspension over so many days; 0: any. */
  fourEyesSuspensionDays: number;
  fourEyesKinds: readonly FurtherKind[];
};

const isFurtherKind = (kind: string): kind is FurtherKind => (furtherKinds as readonly string[]).includes(kind);

export const furtherKindsIn = (stored: readonly string[]): FurtherKind[] => furtherKinds.filter((kind) => stored.filter(isFurtherKind).includes(kind));

/** What holds as one text, so that a form made from older settings is known. */
export const fourEyesKey = ({ fourEyesSuspensionDays, fourEyesKinds }: FourEyes): string => `${fourEyesSuspensionDays} ${furtherKindsIn(fourEyesKinds).join(" ")}`.trim();

/** Whether a bulk run that decides takes a second person as a whole, besides what each of its decisions takes. */
export const bulkNeedsSecondPerson = ({ fourEyesKinds }: Pick<FourEyes, "fourEyesKinds">): boolean => fourEyesKinds.includes("bulk");

/** "a suspension over 14 days, every warning": what the rule of this platform adds up to, beside termination and referral. */
export function fourEyesInWords({ fourEyesSuspensionDays: days, fourEyesKinds }: FourEyes): string {
  const suspension = days === 0 ? "any suspension" : `a suspension over ${days} ${days === 1 ? "day" : "days"}`;
  const all = ["termination", "a referral to law enforcement", suspension, ...furtherKinds.filter((kind) => fourEyesKinds.includes(kind)).map((kind) => furtherKindNames[kind].replace(/^E/, "e"))];
  return new Intl.ListFormat("en-US", { type: "conjunction" }).format(all);
}
