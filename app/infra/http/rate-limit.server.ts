import { isIPv6 } from "node:net";
import { Redis } from "ioredis";
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from "rate-limiter-flexible";
import type { FieldCrypto } from "../crypto.server";
import type { Db } from "../db.server";
import type { Logger } from "../log.server";
import { refuse, type Result } from "../result";

/** How often one caller may do what. `seconds` is the window; `block` how long a caller waits who went over. */
const table = {
  /** Bodies of public forms, before they are read: bounds the work of parsing and of looking at files. */
  "public.post": { points: 60, seconds: 600 },
  /** Reports taken in from one network address. */
  "report.submit": { points: 20, seconds: 3_600 },
  /** Reports that make us write to one mail address: nobody's inbox is flooded through our form. */
  "report.address": { points: 10, seconds: 3_600 },
  "report.evidence": { points: 40, seconds: 3_600 },
  "appeal.submit": { points: 20, seconds: 3_600 },
  /** Private links that do not open: guessing. */
  "link.miss": { points: 30, seconds: 600, block: 900 },
  /** Failed sign-ins from one network address. */
  "sign-in.network": { points: 50, seconds: 900, block: 900 },
  /** Failed sign-ins to one account from one network: guessing. It closes for that network alone. */
  "sign-in.account": { points: 10, seconds: 900, block: 900 },
  /** Failed sign-ins to one account from all networks together. Refuses nobody by itself: beyond it each network has fewer tries. */
  "sign-in.account-anywhere": { points: 300, seconds: 900 },
  /** The tries one network has at an account that is guessed at from many: guessing slows down, and a network that did none of it gets in. */
  "sign-in.account-crowded": { points: 2, seconds: 900 },
  /** Failed sign-ins to one account from a browser its owner has signed in with before. Nothing that happens elsewhere counts here. */
  "sign-in.device": { points: 10, seconds: 900, block: 900 },
  /** Wrong codes for one person, of known browsers each by itself. */
  "sign-in.second-factor": { points: 6, seconds: 600, block: 900 },
} as const satisfies Record<string, { points: number; seconds: number; block?: number }>;

export type LimitName = keyof typeof table;
export type RateRefusal = Result<object, "rate_limited">;

/**
 * Counts tries per caller, for all processes together. `key` is a network address, a mail address or an id; it is
 * stored only as a keyed hash. A refusal carries `detail.retryAfterSeconds`.
 */
export interface RateLimits {
  /** Counts one try and says whether it may go on. */
  take(limit: LimitName, key: string, points?: number): Promise<RateRefusal>;
  /** Whether a try would go on, without counting it: for limits that count only failures. */
  check(limit: LimitName, key: string): Promise<RateRefusal>;
  /** Forgets a caller, e.g. after the right password. */
  forget(limit: LimitName, key: string): Promise<void>;
  close(): Promise<void>;
}

export interface RateLimitOptions {
  db: Db;
  /** Null: the counters live in PostgreSQL. */
  redisUrl: string | null;
  crypto: FieldCrypto;
  log: Logger;
}

export function openRateLimits({ db, redisUrl, crypto, log }: RateLimitOptions): RateLimits {
  const redis = redisUrl ? connect(redisUrl, log) : null;
  const limiters = new Map<LimitName, RateLimiterAbstract>();

  const limiterOf = (limit: LimitName): RateLimiterAbstract => {
    const known = limiters.get(limit);
    if (known) return known;
    const { points, seconds, block }: { points: number; seconds: number; block?: number } = table[limit];
    const options = {
      keyPrefix: limit,
      points,
      duration: seconds,
      blockDuration: block,
      inMemoryBlockOnConsumed: points + 1,
      inMemoryBlockDuration: block,
      insuranceLimiter: new RateLimiterMemory({ keyPrefix: limit, points, duration: seconds }),
    };
    const made = redis
      ? new RateLimiterRedis({ ...options, storeClient: redis })
      : new RateLimiterPostgres({ ...options, storeClient: queryable(db), storeType: "client", tableName: "rate_limit", tableCreated: true, clearExpiredByTimeout: true });
    limiters.set(limit, made);
    return made;
  };

  const hashed = (limit: LimitName, key: string) => crypto.lookup(`${limit}:${networkOf(key)}`, "content").slice(0, 40);

  return {
    async take(limit, key, points = 1) {
      try {
        await limiterOf(limit).consume(hashed(limit, key), points);
        return { ok: true };
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return tooMany(refusal);
        throw refusal;
      }
    },
    async check(limit, key) {
      const state = await limiterOf(limit).get(hashed(limit, key));
      return state && state.consumedPoints >= table[limit].points && state.msBeforeNext > 0 ? tooMany(state) : { ok: true };
    },
    async forget(limit, key) {
      await limiterOf(limit).delete(hashed(limit, key));
    },
    async close() {
      await redis?.quit().catch(() => redis.disconnect());
    },
  };
}

/** What a route throws for a refusal that has no form to come back to: the designed 429 page. */
export function tooManyRequests(refusal: { detail?: Record<string, unknown> }, locale: "en" | "es" = "en"): Response {
  const seconds = retryAfterOf(refusal);
  return Response.json(
    { reason: "rate_limited", locale, sentence: waitSentence(seconds, locale) },
    { status: 429, headers: { "Retry-After": String(seconds) } },
  );
}

/** Plain words for how long to wait; what was typed is not lost when a form says it. */
export function waitSentence(seconds: number, locale: "en" | "es" = "en"): string {
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  const wait = new Intl.NumberFormat(locale === "es" ? "es-US" : "en-US", { style: "unit", unit: "minute", unitDisplay: "long" }).format(minutes);
  return locale === "es"
    ? `Recibimos muchos envíos desde su conexión en poco tiempo. Espere ${wait} y vuelva a intentarlo.`
    : `We got many tries from your connection in a short time. Wait ${wait}, then try again.`;
}

export const retryAfterOf = (refusal: { detail?: Record<string, unknown> }): number =>
  typeof refusal.detail?.retryAfterSeconds === "number" ? refusal.detail.retryAfterSeconds : 60;

const tooMany = (state: RateLimiterRes): RateRefusal =>
  refuse("rate_limited", { retryAfterSeconds: Math.max(1, Math.ceil(state.msBeforeNext / 1000)) });

/** One household or company holds a whole IPv6 /64: that network counts as one caller. */
export function networkOf(key: string): string {
  if (!isIPv6(key)) return key;
  const [head = "", tail = ""] = key.split("::");
  const front = head.split(":").filter(Boolean);
  const back = tail.split(":").filter(Boolean);
  const groups = key.includes("::") ? [...front, ...Array<string>(8 - front.length - back.length).fill("0"), ...back] : front;
  return groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, "").toLowerCase()).join(":");
}

function connect(url: string, log: Logger): Redis {
  const redis = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 1 });
  redis.on("error", (error: Error) => log.warn({ err: error }, "the store of rate limits is not reachable"));
  return redis;
}

/** Lets the limiter's SQL run on the pool that is open anyway. It reckons in numbers, Prisma gives bigints. */
function queryable(db: Db) {
  return {
    async query({ text, values }: { text: string; values: unknown[] }) {
      const rows = await db.$queryRawUnsafe<Record<string, unknown>[]>(text, ...values);
      return { rows: rows.map(withNumbers), rowCount: rows.length };
    },
  };
}

const withNumbers = (row: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : value]));
