import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signingKeysOf } from "~/infra/signing-keys.server";
import { clauseChanges, realChanges } from "../policy-changes";
import type { ClauseText } from "../policy-content";
import { csvColumns, csvFieldsOf, csvLinesOf, type ProofAccount, type ProofHead } from "./proof";
import { verifyProof } from "./verify-proof.server";
import { csvChunks, proofChunks, proofZip } from "./write-proof.server";

const [key] = signingKeysOf({ keys: [{ id: "k1", secret: Buffer.alloc(32, "one") }] });
const [stranger] = signingKeysOf({ keys: [{ id: "k2", secret: Buffer.alloc(32, "two") }] });
const clause = (over: Partial<ClauseText> = {}): ClauseText => ({ code: "CF-AUP-3.1.a", area: "spam", section: "3.1", title: "No spam", titleEs: null, body: "Do not send spam.", bodyEs: null, severity: "high", reportLabel: null, ...over });
const before = [clause(), clause({ code: "CF-AUP-3.1.b", title: "No lists" }), clause({ code: "CF-AUP-3.2.a", section: "3.2", title: "No fraud" })];
const after = [clause({ body: "Send no spam." }), clause({ code: "CF-AUP-3.2.a", section: "3.3", title: "No fraud" }), clause({ code: "CF-AUP-3.4.a", section: "3.4", title: "No bots" })];

const head = (over: Partial<ProofHead> = {}): ProofHead => ({
  format: "policy-notice-proof/2",
  madeAt: "2026-12-20T10:00:00.000Z",
  platform: { key: "customerflows", name: "CustomerFlows", zone: "America/Denver", leadDays: 14 },
  policy: { code: "CF-AUP", title: "Acceptable use" },
  version: { number: 2, before: 1, state: "in_force", summary: "Bots are ruled out.", effectiveFrom: "2026-12-16T07:00:00.000Z" },
  campaign: { id: "0190a000-0000-7000-8000-000000000001", state: "complete", effectiveDay: "2026-12-16", startedAt: "2026-11-30T17:00:00.000Z", snapshotAt: "2026-11-30T17:00:00.000Z" },
  requiredByLaw: null,
  texts: [{ language: "en", effectiveDay: "2026-12-16", subject: "Our rules change", text: "Hello {{account}}", htmlSha256: createHash("sha256").update("<p>").digest("hex") }],
  clauses: { before, after, changes: realChanges(clauseChanges(before, after)) },
  ...over,
});

const account = (n: number, over: Partial<ProofAccount> = {}): ProofAccount => {
  const at = `2026-12-01T12:00:${String(n % 60).padStart(2, "0")}.000Z`;
  return {
    id: `0190a000-0000-7000-8000-${String(n).padStart(12, "0")}`,
    account: `cf-${n}`,
    state: "notified",
    joined: false,
    notifiedAt: at,
    how: "mail",
    messageId: `<policy.${n}@customerflows.example>`,
    settledHow: null,
    readAt: null,
    messages: [{ messageId: `<policy.${n}@customerflows.example>`, language: "en", textDay: "2026-12-16", address: `owner${n}@shop.example`, state: "handed_over", attempts: 1, smtpReply: "250 2.0.0 queued", handedOverAt: at }],
    ...over,
  };
};
const told = [
  account(1, { messages: [{ messageId: "<policy.0@customerflows.example>", language: "es", textDay: "2026-12-16", address: "gone@shop.example", state: "bounced", attempts: 1, smtpReply: "550 5.1.1 no\r\nsuch, \"user\"", handedOverAt: null }, ...account(1).messages] }),
  account(2, { how: "person", messageId: null, settledHow: "=By letter, registered", messages: [] }),
  account(3, { state: "dropped", notifiedAt: null, how: null, messageId: null, messages: [] }),
  account(4, { joined: true, notifiedAt: "2026-12-15T23:00:00.000Z", messages: [{ ...account(4).messages[0]!, handedOverAt: "2026-12-15T23:00:00.000Z" }] }),
];

async function* each(accounts: readonly ProofAccount[]): AsyncGenerator<ProofAccount> {
  yield* accounts;
}
const made = (given: ProofHead = head(), accounts: readonly ProofAccount[] = told, by = key): Promise<string> => text(Readable.from(proofChunks(given, each(accounts), by)));
const csvOf = (accounts: readonly ProofAccount[] = told): Promise<string> => text(Readable.from(csvChunks(each(accounts))));

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "proof-"))));
afterAll(() => rm(folder, { recursive: true, force: true }));
const kept = async (content: string | Buffer): Promise<string> => {
  const path = join(folder, randomBytes(8).toString("hex"));
  await writeFile(path, content);
  return path;
};
const faults = ({ findings }: { findings: { fault: string }[] }) => [...new Set(findings.map(({ fault }) => fault))];

describe("a proof as it was made", () => {
  test("is whole, lawful and signed by the key somebody names; with its addresses every acceptance is there", async () => {
    const path = await kept(await made());
    expect(await verifyProof(path, { expected: key.fingerprint, csvPath: await kept(await csvOf()) })).toMatchObject({
      whole: true,
      lawful: true,
      findings: [],
      signerExpected: true,
      withAddresses: true,
      changes: 4,
      earliestDay: "2026-12-16",
      tail: { accounts: 4, states: { waiting: 0, notified: 3, unreachable: 0, dropped: 1 }, joined: 1, lastNotifiedAt: "2026-12-01T12:00:02.000Z", csv: { lines: 6 } },
    });
    expect(await verifyProof(path)).toMatchObject({ whole: true, signerExpected: null, withAddresses: false });
    expect(faults(await verifyProof(path, { expected: stranger.fingerprint }))).toEqual(["signer_unknown"]);
  });

  test("as a ZIP file needs nothing beside it", async () => {
    const bytes = await buffer(proofZip(head(), () => each(told), key));
    expect(await verifyProof(await kept(bytes), { expected: key.fingerprint })).toMatchObject({ whole: true, lawful: true, withAddresses: true });
    expect(faults(await verifyProof(await kept(bytes.subarray(0, 600))))).toEqual(["not_a_proof"]);
  });

  test("fails as a stream when its source does", async () => {
    async function* broken(): AsyncGenerator<ProofAccount> {
      yield account(1);
      throw new Error("the database is away");
    }
    await expect(text(proofZip(head(), broken, key))).rejects.toThrow("the database is away");
  });
});

describe("what took effect too soon", () => {
  const late = account(5, { notifiedAt: "2026-12-02T07:00:00.000Z", messages: [{ ...account(5).messages[0]!, handedOverAt: "2026-12-02T07:00:00.000Z" }] });
  test.each<[string, Partial<ProofHead>, ProofAccount[], boolean]>([
    ["the last one was told a day too late", {}, [...told, late], false],
    ["one was not reached", {}, [...told, account(5, { state: "unreachable", notifiedAt: null, how: null, messageId: null })], false],
    ["one was still waiting", {}, [...told, account(5, { state: "waiting", notifiedAt: null, how: null, messageId: null })], false],
    ["it began before the day the notices name", { version: { ...head().version, effectiveFrom: "2026-12-16T06:59:59.999Z" } }, told, false],
    ["two people gave a legal reason", { requiredByLaw: { reason: "A court order.", askedBy: late.id, agreedBy: told[0]!.id } }, [...told, late], true],
    ["one person gave a legal reason twice", { requiredByLaw: { reason: "A court order.", askedBy: late.id, agreedBy: late.id } }, [...told, late], false],
    ["it has not taken effect", { version: { ...head().version, state: "scheduled" } }, [...told, late], true],
  ])("is told from what did not: %s", async (_why, over, accounts, lawful) => {
    const report = await verifyProof(await kept(await made(head(over), accounts)));
    expect(report).toMatchObject({ whole: true, lawful });
    expect(faults(report)).toEqual(lawful ? [] : ["not_lawful"]);
  });
});

describe("a proof that was changed", () => {
  test.each<[string, (lines: string[]) => string[], string[]]>([
    ["an account less", (lines) => lines.toSpliced(2, 1), ["hash_differs", "count_differs"]],
    ["an account twice", (lines) => lines.toSpliced(2, 0, lines[2]!), ["out_of_order"]],
    ["accounts in another order", (lines) => [lines[0]!, lines[2]!, lines[1]!, ...lines.slice(3)], ["out_of_order"]],
    ["one who was not told made told", (lines) => lines.with(3, lines[3]!.replace('"dropped"', '"notified"')), ["out_of_order"]],
    ["told earlier", (lines) => lines.with(2, lines[2]!.replace("12:00:02", "11:00:02")), ["hash_differs", "count_differs"]],
    ["another effective day", (lines) => lines.with(0, lines[0]!.replace('"effectiveDay":"2026-12-16"', '"effectiveDay":"2026-12-17"')), ["hash_differs"]],
    ["a clause diff that hides a change", (lines) => lines.with(0, lines[0]!.replace('"kind":"added"', '"kind":"moved"')), ["clauses_differ", "hash_differs"]],
    ["other counts", (lines) => lines.with(-2, lines.at(-2)!.replace('"accounts":4', '"accounts":5')), ["signature_wrong", "count_differs"]],
    ["no signature", (lines) => lines.slice(0, -1), ["cut_off"]],
    ["cut after the first account", (lines) => lines.slice(0, 2), ["cut_off"]],
    ["only the first line", (lines) => lines.slice(0, 1), ["cut_off"]],
    ["nothing", () => [], ["not_a_proof"]],
    ["another format", (lines) => lines.with(0, lines[0]!.replace("proof/2", "proof/9")), ["not_a_proof"]],
    ["no JSON in between", (lines) => lines.with(2, "{\n"), ["malformed"]],
  ])("is found out: %s", async (_what, change, found) => {
    const lines = (await made()).split(/(?<=\n)/);
    const report = await verifyProof(await kept(change(lines).join("")), { expected: key.fingerprint });
    expect(report.whole).toBe(false);
    expect(report.lawful).toBeNull();
    expect(found.filter((fault) => !faults(report).includes(fault))).toEqual([]);
  });

  test("and signed anew by somebody else shows whose key it is", async () => {
    const forged = await kept(await made(head(), told.slice(1), stranger));
    expect(await verifyProof(forged)).toMatchObject({ whole: true, signer: stranger.fingerprint, signerExpected: null });
    expect(await verifyProof(forged, { expected: key.fingerprint })).toMatchObject({ whole: false, signerExpected: false });
  });

  test("as a ZIP file is found out whatever is put around its two files, and wherever a bit is turned", async () => {
    const bytes = await buffer(proofZip(head(), () => each(told), key));
    const commented = Buffer.concat([bytes, Buffer.from("secret")]);
    commented.writeUInt16LE(6, bytes.length - 2);
    expect(faults(await verifyProof(await kept(commented)))).toEqual(["framed_otherwise"]);
    const otherSum = Buffer.from(bytes);
    otherSum.writeUInt32LE(1, bytes.readUInt32LE(bytes.length - 6) + 16);
    expect(faults(await verifyProof(await kept(otherSum)))).toContain("framed_otherwise");
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
        const turned = Buffer.from(bytes);
        turned[at]! ^= 1 << bit;
        expect((await verifyProof(await kept(turned), { expected: key.fingerprint })).whole).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  test("is found out wherever a bit of it is turned", async () => {
    const bytes = Buffer.from(await made());
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
        const turned = Buffer.from(bytes);
        turned[at]! ^= 1 << bit;
        expect((await verifyProof(await kept(turned), { expected: key.fingerprint })).whole).toBe(false);
      }),
      { numRuns: 150 },
    );
  });
});

describe("addresses that do not belong to the proof", () => {
  test.each<[string, (csv: string) => string, string]>([
    ["another address", (csv) => csv.replace("owner1@", "owner9@"), "csv_differs"],
    ["a line less", (csv) => csv.split(/(?<=\r\n)/).toSpliced(2, 1).join(""), "csv_differs"],
    ["a line more", (csv) => `${csv}x\r\n`, "csv_differs"],
    ["other columns", (csv) => csv.replace("account_id", "id"), "csv_differs"],
    ["nothing", () => "", "csv_differs"],
  ])("are found out: %s", async (_what, change, fault) => {
    const report = await verifyProof(await kept(await made()), { csvPath: await kept(change(await csvOf())) });
    expect(faults(report)).toContain(fault);
    expect(report.whole).toBe(false);
  });

  test.each<[string, Partial<ProofAccount["messages"][number]>]>([
    ["refused", { smtpReply: "550 5.7.1 refused" }],
    ["accepted at another time", { handedOverAt: "2026-12-01T12:00:09.000Z" }],
    ["by another message", { messageId: "<other@customerflows.example>" }],
  ])("contradict a claim they do not bear out: %s", async (_what, over) => {
    const accounts = [account(1, { messages: [{ ...account(1).messages[0]!, ...over }] })];
    const report = await verifyProof(await kept(await made(head(), accounts)), { csvPath: await kept(await csvOf(accounts)) });
    expect(faults(report)).toEqual(["csv_contradicts"]);
  });
});

test("a record stays one line, whatever stands in it, and is read back as it was written", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), (reply, how) => {
      const [line, ...more] = csvLinesOf(account(1, { settledHow: how, messages: [{ ...account(1).messages[0]!, smtpReply: reply }] }));
      expect(more).toEqual([]);
      expect(line!.indexOf("\n")).toBe(line!.length - 1);
      expect(csvFieldsOf(line!)).toHaveLength(csvColumns.length);
    }),
  );
});
