/**
 * An expected refusal is a value, not an exception: one table per boundary maps `reason` to an HTTP status
 * and to a sentence for a person (`app/infra/http/refusals.ts`).
 */
export type Refusal<Reason extends string = string> = { ok: false; reason: Reason; detail?: Record<string, unknown> };

export type Result<Value extends object, Reason extends string = string> = ({ ok: true } & Value) | Refusal<Reason>;

export const refuse = <Reason extends string>(reason: Reason, detail?: Record<string, unknown>): Refusal<Reason> =>
  detail ? { ok: false, reason, detail } : { ok: false, reason };

/** Several refusals that do not depend on each other, as one: the first, with the others in its detail, so that all are put right at once. */
export const refuseAll = <Reason extends string>(first: Refusal<Reason>, ...others: readonly Refusal<Reason>[]): Refusal<Reason> =>
  others.length > 0 ? { ...first, detail: { ...first.detail, also: others } } : first;

/** A refusal and those it stands for. */
export const allRefusals = ({ detail, ...first }: Refusal): Refusal[] => {
  const { also, ...own } = detail ?? {};
  return [{ ...first, ...(Object.keys(own).length > 0 && { detail: own }) }, ...(Array.isArray(also) ? (also as Refusal[]) : [])];
};
