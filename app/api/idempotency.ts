import { z } from "zod";
import type { Deps } from "~/infra/deps.server";
import { problem, refusalProblem, type Answer } from "~/infra/http/problem";
import { requestHashOf } from "~/infra/idempotency.server";
import { refuse } from "~/infra/result";
import { answerApiRequest, claimApiRequest, forgetApiRequest } from "~/modules/access/api-request.server";
import type { Caller } from "./caller";

/**
 * `Idempotency-Key` as in the draft of the IETF's HTTPAPI group: a string, quoted as a structured field or bare, that
 * the caller makes up for each operation and repeats when it tries that operation again.
 */
const keySchema = z
  .string("is missing: make one up for each operation, such as a UUID, and repeat it when you try again")
  .transform((text) => /^"(.*)"$/.exec(text.trim())?.[1] ?? text.trim())
  .refine((key) => /^[\x21-\x7e]{8,128}$/.test(key), "is not 8 to 128 visible characters");

export const idempotencyHeaders = z.object({ "idempotency-key": keySchema });

/** Where what is sent is known again by itself, the key is honoured and not asked for. */
export const optionalIdempotencyHeaders = z.object({ "idempotency-key": keySchema.optional() });

interface Call {
  caller: Caller;
  path: object;
  headers: { "idempotency-key": string };
  body: unknown;
}

export interface Idempotency {
  /** Carries the operation out once; a repetition gets the first answer again, marked `idempotency-replayed`. */
  once(deps: Deps, call: Call, route: string, work: () => Promise<Answer>): Promise<Answer>;
  /** For answers that hold only now: a repetition is worked out anew, but the key still belongs to one request. */
  neverReplayed(deps: Deps, call: Call, route: string, work: () => Promise<Answer>): Promise<Answer>;
}

const inProgress = (): Answer =>
  problem("conflict", { code: "request_in_progress", detail: "The first request with this Idempotency-Key is still being worked on. Try again in a moment.", headers: { "retry-after": "1" } });

async function carryOut(deps: Deps, { caller, path, headers, body }: Call, route: string, replays: boolean, work: () => Promise<Answer>): Promise<Answer> {
  const key = headers["idempotency-key"];
  const claim = await claimApiRequest(deps, caller.actor, { key, route, requestHash: requestHashOf([route, path, body]) });
  switch (claim.state) {
    case "reused":
      return refusalProblem(refuse("idempotency_key_reused"));
    case "in_progress":
      return inProgress();
    case "answered":
      if (replays) return { status: claim.answer.status, body: claim.answer.body, headers: { ...claim.answer.headers, "idempotency-replayed": "true" } };
      return work();
    case "first":
  }
  try {
    const answer = await work();
    // What failed on our side may be tried again; everything else is what was done.
    if (answer.status >= 500) await forgetApiRequest(deps, claim.id);
    else await answerApiRequest(deps, claim.id, replays ? answer : { status: answer.status });
    return answer;
  } catch (error) {
    await forgetApiRequest(deps, claim.id).catch(() => undefined);
    throw error;
  }
}

export const idempotency: Idempotency = {
  once: (deps, call, route, work) => carryOut(deps, call, route, true, work),
  neverReplayed: (deps, call, route, work) => carryOut(deps, call, route, false, work),
};
