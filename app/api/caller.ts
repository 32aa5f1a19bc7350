import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import type { Admission, Exchange } from "~/infra/http/endpoint";
import { problem, refusalProblem, type Answer } from "~/infra/http/problem";
import { refuse } from "~/infra/result";
import { bearerKeyIn, type ApiScope } from "~/modules/access/api-key";
import { authenticateApiKey, type ApiKeyActor } from "~/modules/access/authenticate-api-key.server";

export interface ApiLimits {
  /** Requests of one key in ten seconds, to this process. */
  perKey: number;
  /** Refused keys from one address in a minute, to this process. */
  refusedPerAddress: number;
}

export const defaultLimits: ApiLimits = { perKey: 5_000, refusedPerAddress: 60 };

export interface Caller {
  actor: ApiKeyActor;
}

export type Admit = (exchange: Exchange, path: { key?: string }) => Promise<Admission<Caller>>;

/**
 * Who may call: a live key (401), of the platform in the path (403), that carries the scope (403), not too often
 * (429). The counters are this process's own: they protect it from one runaway caller, and a gate read that had to
 * write a shared counter would cost more than the answer.
 */
export function createAdmission(limits: ApiLimits): (scope: ApiScope) => Admit {
  const perKey = new RateLimiterMemory({ points: limits.perKey, duration: 10 });
  const refused = new RateLimiterMemory({ points: limits.refusedPerAddress, duration: 60 });

  const refuseKey = async (clientIp: string): Promise<Admission<Caller>> => {
    const tooMany = await overLimit(refused, clientIp);
    return { ok: false, answer: tooMany ?? unauthenticated() };
  };

  return (scope) => async ({ deps, request, clientIp }, path) => {
    const blocked = await refused.get(clientIp);
    if (blocked && blocked.consumedPoints > limits.refusedPerAddress) return { ok: false, answer: tooManyRequests(blocked) };

    const key = bearerKeyIn(request.headers.authorization);
    if (key === null) return refuseKey(clientIp);
    const known = await authenticateApiKey(deps, key);
    if (!known.ok) return refuseKey(clientIp);

    const tooMany = await overLimit(perKey, known.actor.id);
    if (tooMany) return { ok: false, answer: tooMany };
    if (path.key !== undefined && path.key !== known.platformKey) {
      return { ok: false, answer: refusalProblem(refuse("other_platform")) };
    }
    if (!known.actor.scopes.includes(scope)) {
      return { ok: false, answer: refusalProblem(refuse("scope_missing")) };
    }
    return { ok: true, caller: { actor: known.actor } };
  };
}

/** The same for no key, an unknown one and one that has ended: a guess learns nothing. */
const unauthenticated = (): Answer =>
  problem("unauthenticated", { detail: "Send a live key as authorization: Bearer tsk_…", headers: { "www-authenticate": 'Bearer realm="api"' } });

async function overLimit(limiter: RateLimiterMemory, key: string): Promise<Answer | null> {
  try {
    await limiter.consume(key);
    return null;
  } catch (refusal) {
    if (refusal instanceof Error) throw refusal;
    return tooManyRequests(refusal as RateLimiterRes);
  }
}

const tooManyRequests = ({ msBeforeNext }: RateLimiterRes): Answer =>
  problem("too_many_requests", { detail: "Wait before you ask again.", headers: { "retry-after": String(Math.max(1, Math.ceil(msBeforeNext / 1000))) } });
