/**
 * An expected refusal is a value, not an exception: one table per boundary maps `reason` to an HTTP status
 * and to a sentence for a person (`app/infra/http/refusals.ts`).
 */
export type Refusal<Reason extends string = string> = { ok: false; reason: Reason; detail?: Record<string, unknown> };

export type Result<Value extends object, Reason extends string = string> = ({ ok: true } & Value) | Refusal<Reason>;

export const refuse = <Reason extends string>(reason: Reason, detail?: Record<string, unknown>): Refusal<Reason> =>
  detail ? { ok: false, reason, detail } : { ok: false, reason };
