/** A feature of a platform that a measure can restrict and the gate answers for. */
export type Feature = {
  code: string;
  /** As it stands in an English sentence. */
  name: string;
  /** As it stands in a Spanish sentence; empty: the English name stands in. */
  nameEs: string;
  /** Codes of the features it contains. */
  includes: readonly string[];
  /** No longer offered for new measures; the gate still answers for it. */
  retired: boolean;
};

/** What new measures and ladders may name. */
export const offered = <F extends Pick<Feature, "retired">>(features: readonly F[]): F[] => features.filter(({ retired }) => !retired);

export const isOffered = (features: readonly Pick<Feature, "code" | "retired">[], code: string): boolean => features.some((feature) => feature.code === code && !feature.retired);

/** Names by code, for people who read this language. */
export const featureNamesIn = (features: readonly Pick<Feature, "code" | "name" | "nameEs">[], language: string): Record<string, string> =>
  Object.fromEntries(features.map(({ code, name, nameEs }) => [code, language === "es" && nameEs ? nameEs : name]));

/**
 * These features and every one they contain, however deep: who may send no message may send no marketing message either.
 * A code nobody knows stands for itself.
 */
export function withContained(codes: readonly string[], features: readonly Pick<Feature, "code" | "includes">[]): Set<string> {
  const contained = new Map(features.map(({ code, includes }) => [code, includes]));
  const reached = new Set<string>();
  const open = [...codes];
  for (let code = open.pop(); code !== undefined; code = open.pop()) {
    if (reached.has(code)) continue;
    reached.add(code);
    open.push(...(contained.get(code) ?? []));
  }
  return reached;
}
