/**
 * @param {GateClientOptions} options
 * @returns {GateClient}
 */
export function createGateClient({ baseUrl, platform, key, maxStaleMs, fetch, onError }: GateClientOptions): GateClient;
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
}
export type GateClientOptions = {
    /**
     * Where the console is.
     */
    baseUrl: string;
    /**
     * Key of the platform, such as "customerflows".
     */
    platform: string;
    /**
     * An API key with the scope gate:read.
     */
    key: string;
    /**
     * How long memory is trusted after the console last answered; default 5,000, at least 2,000.
     */
    maxStaleMs?: number | undefined;
    fetch?: typeof fetch | undefined;
    /**
     * Told of every failed request; the client goes on by itself.
     */
    onError?: ((error: unknown) => void) | undefined;
};
export type GateVerdict = {
    allowed: boolean;
    /**
     * Why not; null when allowed.
     */
    reasonCode: string | null;
    /**
     * The first instant at which it is allowed again; null when allowed, or without an end.
     */
    until: Date | null;
    actionId: string | null;
    /**
     * "last_known": nobody could be asked, it was denied when last heard of.
     */
    source: "memory" | "console" | "last_known";
};
export type GateClient = {
    /**
     * Settles once the table is loaded; rejects when the console refuses the key or the platform.
     */
    ready: () => Promise<void>;
    check: (account: string, feature: string, options?: {
        confirmed?: boolean;
    }) => Promise<GateVerdict>;
    /**
     * Whether `check` answers from memory now.
     */
    inTouch: () => boolean;
    stats: () => {
        restricted: number;
        seq: string | null;
    };
    close: () => void;
};
export type Denial = {
    feature: string;
    reasonCode: string;
    from: number;
    until: number | null;
    actionId: string | null;
};
export type AccountDenials = {
    account: string;
    denied: Denial[];
};
