/**
 * The gate of the trust-and-safety console, answered in your own process.
 *
 * The client loads every restricted account once, then follows the console's changes by long polling. While it is in
 * touch, `check` answers from memory without a request. It counts as in touch for `maxStaleMs` after an answer of the
 * console; when none has come for longer, it asks the console for the one account, and when that fails too it fails
 * closed: an account known as restricted stays denied, and for any other `check` throws `GateUnavailable`.
 *
 * How old an answer from memory can be: as old as a change takes to travel (about one round trip) while the line works;
 * at most `maxStaleMs` when it silently does not. An answer that must be right from the instant of the commit is asked
 * for with `check(account, feature, { confirmed: true })`, which always asks the console.
 *
 * No dependencies; Node 20 or later, or anything else with `fetch` and `AbortSignal.any`.
 *
 * @example
 * const gate = createGateClient({ baseUrl: "https://abuse.example.com", platform: "customerflows", key: process.env.GATE_KEY });
 * await gate.ready();
 * const verdict = await gate.check("acct-42", "marketing_messages");
 * if (!verdict.allowed) refuse(verdict.reasonCode, verdict.until);
 */

/**
 * @typedef {object} GateClientOptions
 * @property {string} baseUrl Where the console is.
 * @property {string} platform Key of the platform, such as "customerflows".
 * @property {string} key An API key with the scope gate:read.
 * @property {number} [maxStaleMs] How long memory is trusted after the console last answered; default 5,000, at least 2,000.
 * @property {typeof globalThis.fetch} [fetch]
 * @property {(error: unknown) => void} [onError] Told of every failed request; the client goes on by itself.
 */

/**
 * @typedef {object} GateVerdict
 * @property {boolean} allowed
 * @property {string | null} reasonCode Why not; null when allowed.
 * @property {Date | null} until The first instant at which it is allowed again; null when allowed, or without an end.
 * @property {string | null} actionId
 * @property {"memory" | "console" | "last_known"} source "last_known": nobody could be asked, it was denied when last heard of.
 */

/**
 * @typedef {object} GateClient
 * @property {() => Promise<void>} ready Settles once the table is loaded; rejects when the console refuses the key or the platform.
 * @property {(account: string, feature: string, options?: { confirmed?: boolean }) => Promise<GateVerdict>} check
 * @property {() => boolean} inTouch Whether `check` answers from memory now.
 * @property {() => { restricted: number, seq: string | null }} stats
 * @property {() => void} close
 */

/** @typedef {{ feature: string, reasonCode: string, from: number, until: number | null, actionId: string | null }} Denial */
/** @typedef {{ account: string, denied: Denial[] }} AccountDenials */

/** Neither memory nor the console could answer: treat the account as denied, and ask again. */
export class GateUnavailable extends Error {
  name = "GateUnavailable";
}

const waitSeconds = 1;
const firstPauseMs = 100;
const longestPauseMs = 5_000;
const askPatienceMs = 3_000;

/** The console answered, but not what was asked for. */
class Unexpected extends Error {
  name = "Unexpected";
  /** Another try with this key and platform would come to nothing. */
  refused;
  /** @param {number} status @param {unknown} body */
  constructor(status, body) {
    super(`the console answered ${status} ${JSON.stringify(body)}`);
    this.refused = status === 401 || status === 403;
  }
}

/**
 * @param {GateClientOptions} options
 * @returns {GateClient}
 */
export function createGateClient({ baseUrl, platform, key, maxStaleMs = 5_000, fetch = globalThis.fetch, onError = () => undefined }) {
  if (maxStaleMs < 2_000) throw new RangeError("maxStaleMs is at least 2000");
  const root = `${baseUrl.replace(/\/+$/, "")}/api/v1/platforms/${encodeURIComponent(platform)}`;
  const closing = new AbortController();
  /** @type {Map<string, Denial[]>} */
  let table = new Map();
  /** @type {Set<string>} */
  let features = new Set();
  /** @type {string | null} */
  let seq = null;
  let heardAt = Number.NEGATIVE_INFINITY;
  /** The same by the clock on the wall, which goes on while a machine sleeps; the other one never jumps back. */
  let heardAtWall = Number.NEGATIVE_INFINITY;
  /** Of the console's clock before ours, in milliseconds: its ends of restrictions are ends by its clock. */
  let clockAhead = 0;
  /** @type {() => void} */
  let loaded = () => undefined;
  /** @type {(error: unknown) => void} */
  let refused = () => undefined;
  /** @type {Promise<void>} */
  const ready = new Promise((settle, fail) => {
    loaded = settle;
    refused = fail;
  });
  ready.catch(() => undefined);

  /** @param {string} path @param {number} patienceMs */
  const get = async (path, patienceMs) => {
    const response = await fetch(root + path, {
      headers: { authorization: `Bearer ${key}`, accept: "application/json" },
      signal: AbortSignal.any([closing.signal, AbortSignal.timeout(patienceMs)]),
    });
    const body = /** @type {any} */ (await response.json());
    return { status: response.status, body, confirmed: response.headers.get("gate-confirmed") !== "no" };
  };

  /** What was asked before `askedAt` was answered: memory holds what stood then. @param {number} askedAt @param {number} consoleNow */
  const heard = (askedAt, consoleNow) => {
    heardAt = askedAt;
    heardAtWall = Date.now() - (performance.now() - askedAt);
    clockAhead = consoleNow - Date.now();
  };

  const load = async () => {
    /** @type {Map<string, Denial[]>} */
    const fresh = new Map();
    /** @type {string | null} */
    let from = null;
    for (let after = ""; ; ) {
      const askedAt = performance.now();
      const { status, body } = await get(`/gate/snapshot${after}`, 30_000);
      if (status !== 200) throw new Unexpected(status, body);
      for (const { account, denied } of /** @type {AccountDenials[]} */ (body.accounts)) fresh.set(account, denied);
      from ??= body.seq;
      features = new Set(body.features);
      if (body.next === null) {
        if (after === "") heard(askedAt, body.now);
        break;
      }
      after = `?after=${encodeURIComponent(body.next)}`;
    }
    table = fresh;
    seq = from;
    loaded();
  };

  const follow = async () => {
    const askedAt = performance.now();
    const { status, body } = await get(`/gate/changes?after=${seq}&wait=${waitSeconds}`, waitSeconds * 1_000 + askPatienceMs);
    if (status === 410) return load();
    if (status !== 200) throw new Unexpected(status, body);
    for (const { account, denied } of /** @type {AccountDenials[]} */ (body.changes)) {
      if (denied.length === 0) table.delete(account);
      else table.set(account, denied);
    }
    if (body.features) features = new Set(body.features);
    seq = body.seq;
    if (!body.more) heard(askedAt, body.now);
  };

  const run = async () => {
    let pause = firstPauseMs;
    while (!closing.signal.aborted) {
      try {
        await (seq === null ? load() : follow());
        pause = firstPauseMs;
      } catch (error) {
        if (closing.signal.aborted) return;
        if (error instanceof Unexpected && error.refused) refused(error);
        onError(error);
        await new Promise((settle) => setTimeout(settle, pause * (0.75 + Math.random() / 2)));
        pause = Math.min(pause * 2, longestPauseMs);
      }
    }
  };

  const inTouch = () => seq !== null && performance.now() - heardAt <= maxStaleMs && Date.now() - heardAtWall <= maxStaleMs;

  /** @param {string} account @param {string} feature @param {GateVerdict["source"]} source @returns {GateVerdict} */
  const fromTable = (account, feature, source) => {
    const now = Date.now() + clockAhead;
    /** @type {Denial | undefined} */
    let denial;
    for (const one of table.get(account) ?? []) if (one.feature === feature && one.from <= now && (!denial || one.from > denial.from)) denial = one;
    if (!denial || (denial.until !== null && denial.until <= now)) return { allowed: true, reasonCode: null, until: null, actionId: null, source };
    return { allowed: false, reasonCode: denial.reasonCode, until: denial.until === null ? null : new Date(denial.until), actionId: denial.actionId, source };
  };

  /** @type {GateClient["check"]} */
  const check = async (account, feature, { confirmed = false } = {}) => {
    // A feature the platform does not have is the console's to refuse.
    if (!confirmed && inTouch() && features.has(feature)) return fromTable(account, feature, "memory");
    try {
      const answer = await get(`/accounts/${encodeURIComponent(account)}/gate`, askPatienceMs);
      if (answer.status !== 200) throw new Unexpected(answer.status, answer.body);
      const verdict = answer.body.features.find((/** @type {{ feature: string }} */ one) => one.feature === feature);
      if (!verdict) throw new RangeError(`the platform has no feature "${feature}"`);
      if (verdict.allowed && !answer.confirmed) throw new GateUnavailable("the console cannot confirm its answer");
      return { allowed: verdict.allowed, reasonCode: verdict.reasonCode, until: verdict.until && new Date(verdict.until), actionId: verdict.actionId, source: "console" };
    } catch (error) {
      if (error instanceof RangeError) throw error;
      onError(error);
      const last = fromTable(account, feature, "last_known");
      if (!last.allowed) return last;
      throw new GateUnavailable("neither memory nor the console can answer; treat the account as denied", { cause: error });
    }
  };

  void run();
  return { ready: () => ready, check, inTouch, stats: () => ({ restricted: table.size, seq }), close: () => closing.abort() };
}
