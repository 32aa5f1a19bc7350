import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import type { Admission, Exchange } from "~/infra/http/endpoint";
import { problem, refusalProblem, type Answer } from "~/infra/http/problem";
import { within } from "~/infra/patience";
import { refuse } from "~/infra/result";
import type { ApiScope } from "~/modules/access/api-key";
import type { ApiKeyActor } from "~/modules/access/authenticate-api-key.server";
import { createAllowance, type Allowance } from "./allowance";
import type { Keyring, KnownKey } from "./keyring";

export interface ApiLimits {
  /** Requests of one key in ten seconds, to this process. */
  perKey: number;
  /** The same for questions to the gate, which a platform asks for every message. */
  gatePerKey?: number;
  /** The same for message events, which may come one by one. */
  eventsPerKey?: number;
  /** Refused keys from one address in a minute, to this process. */
  refusedPerAddress: number;
}

export const defaultLimits: ApiLimits = { perKey: 5_000, gatePerKey: 200_000, eventsPerKey: 400_000, refusedPerAddress: 60 };

const patienceMs = 2_000;

export interface Caller {
  actor: ApiKeyActor;
}

export type Admit = (exchange: Exchange, path: { key?: string }) => Promise<Admission<Caller>>;

/**
 * Who may call: a live key (401), of the platform in the path (403), that carries the scope (403), not too often
 * (429). The counters are this process's own: they protect it from one runaway caller, and a gate read that had to
 * write a shared counter would cost more than the answer.
 */
export function createAdmission(limits: ApiLimits, keyring: Keyring) {
  const perKey = createAllowance(limits.perKey, 10_000);
  const gatePerKey = createAllowance(limits.gatePerKey ?? limits.perKey, 10_000);
  const eventsPerKey = createAllowance(limits.eventsPerKey ?? limits.perKey, 10_000);
  const refused = new RateLimiterMemory({ points: limits.refusedPerAddress, duration: 60 });

  const refuseKey = async (clientIp: string): Promise<Admission<Caller>> => {
    const tooMany = await overLimit(refused, clientIp);
    return { ok: false, answer: tooMany ?? unauthenticated() };
  };

  const admit = (scope: ApiScope, allowance: Allowance, failClosed: boolean): Admit => async ({ deps, request, clientIp }, path) => {
    const blocked = await refused.get(clientIp);
    if (blocked && blocked.consumedPoints > limits.refusedPerAddress) return { ok: false, answer: tooManyRequests(blocked.msBeforeNext) };

    const { authorization } = request.headers;
    const asked = keyring.identify(deps, authorization);
    const heard = failClosed ? await within(patienceMs, asked.catch(() => "silent" as const)) : await asked;
    const found: KnownKey | null | "silent" = heard === "silent" ? (keyring.lastKnown(authorization, deps.clock().toMillis()) ?? "silent") : heard;
    if (found === "silent") return { ok: false, answer: unavailable() };
    if (!found) return refuseKey(clientIp);

    const waitMs = allowance.take(found.actor.id);
    if (waitMs > 0) return { ok: false, answer: tooManyRequests(waitMs) };
    if (path.key !== undefined && path.key !== found.platformKey) {
      return { ok: false, answer: refusalProblem(refuse("other_platform")) };
    }
    if (!found.actor.scopes.includes(scope)) {
      return { ok: false, answer: refusalProblem(refuse("scope_missing")) };
    }
    return { ok: true, caller: { actor: found.actor } };
  };

  return {
    gateAllowance: gatePerKey,
    eventsAllowance: eventsPerKey,
    forScope: (scope: ApiScope): Admit => admit(scope, perKey, false),
    forEvents: (): Admit => admit("event:write", eventsPerKey, false),
    /** With the database out of reach a key is taken for what it last was, so that the gate can fail closed. */
    forGate: (): Admit => admit("gate:read", gatePerKey, true),
  };
}

export const unavailable = (): Answer =>
  problem("unavailable", { code: "gate_not_current", detail: "It cannot be shown at the moment what holds for this account. Take it as denied and ask again.", headers: { "retry-after": "1" } });

/** The same for no key, an unknown one and one that has ended: a guess learns nothing. */
const unauthenticated = (): Answer =>
  problem("unauthenticated", { detail: "Send a live key as authorization: Bearer tsk_…", headers: { "www-authenticate": 'Bearer realm="api"' } });

async function overLimit(limiter: RateLimiterMemory, key: string): Promise<Answer | null> {
  try {
    await limiter.consume(key);
    return null;
  } catch (refusal) {
    if (refusal instanceof Error) throw refusal;
    return tooManyRequests((refusal as RateLimiterRes).msBeforeNext);
  }
}

const tooManyRequests = (msBeforeNext: number): Answer =>
  problem("too_many_requests", { detail: "Wait before you ask again.", headers: { "retry-after": String(Math.max(1, Math.ceil(msBeforeNext / 1000))) } });
