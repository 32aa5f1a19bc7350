import { generateKeyPairSync } from "node:crypto";
import { dkimSign } from "mailauth/lib/dkim/sign";
import { afterAll, beforeAll, expect, test } from "vitest";
import { authenticateMail, type Resolve } from "~/modules/inbound-mail/authenticate-mail.server";
import { authenticationSchema, provesSender } from "~/modules/inbound-mail/authentication";
import { openMailIntake } from "~/modules/inbound-mail/receive-mail.server";
import { aPlatform } from "../factories/platform";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048, publicKeyEncoding: { type: "spki", format: "der" }, privateKeyEncoding: { type: "pkcs8", format: "pem" } });

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  platformId = (await aPlatform(deps, { key: "flows" })).id;
});
afterAll(() => database.close());

/** The DNS as the sender's domain has it. */
const zone: Record<string, string[][]> = {
  "TXT shop.example": [["v=spf1 ip4:192.0.2.7 -all"]],
  "TXT k1._domainkey.shop.example": [[`v=DKIM1; k=rsa; p=${publicKey.toString("base64")}`]],
  "TXT _dmarc.shop.example": [["v=DMARC1; p=reject"]],
};
const dns: Resolve = (domain, type) => {
  const found = zone[`${type} ${domain}`];
  return found ? Promise.resolve(found) : Promise.reject(Object.assign(new Error("no such name"), { code: "ENOTFOUND" }));
};

const body = "They took my number.\r\n";
const plain = `From: Owner <owner@shop.example>\r\nTo: appeals@flows.example\r\nSubject: Appeal\r\nDate: Fri, 20 Nov 2026 20:00:00 +0000\r\n\r\n${body}`;
/** The library's types know the options of one signature only. */
type SignOptions = Parameters<typeof dkimSign>[1];

async function signed(maxBodyLength?: number): Promise<string> {
  const signature = { signingDomain: "shop.example", selector: "k1", privateKey, ...(maxBodyLength === undefined ? {} : { maxBodyLength }) };
  const options = { canonicalization: "relaxed/relaxed", signTime: new Date("2026-11-20T20:00:00Z"), signatureData: [signature] };
  const { signatures } = await dkimSign(plain, options as unknown as SignOptions);
  return `${signatures}${plain}`;
}

async function received(message: string, { from = "owner@shop.example", remoteAddress = "203.0.113.9" as string | null } = {}) {
  const intake = openMailIntake(deps);
  const content = (async function* () {
    yield Buffer.from(message);
  })();
  await intake.receive({ source: "smtp", envelope: { from, remoteAddress, helo: "out.shop.example", tls: true, envelopeId: null }, recipients: [{ address: "appeals@flows.example", platformId, role: "appeals", refersTo: null }], content });
  return (await deps.db.receivedMail.findFirstOrThrow({ orderBy: { id: "desc" } })).id;
}
const keptOf = async (id: string) => authenticationSchema.parse((await deps.db.receivedMail.findUniqueOrThrow({ where: { id } })).authentication);

test("a signed mail is its domain's word, and stays so whatever is asked later", async () => {
  const id = await received(await signed());
  await authenticateMail(deps, { mailId: id }, dns);
  const kept = await keptOf(id);
  expect(kept).toMatchObject({ by: "checked_here", spf: { result: "fail", domain: "shop.example" }, dkim: [{ result: "pass", domain: "shop.example" }], dmarc: { result: "pass", domain: "shop.example" } });
  expect(provesSender(kept, "owner@shop.example")).toBe(true);
  await authenticateMail(deps, { mailId: id }, () => Promise.reject(new Error("not asked again")));
  expect(await keptOf(id)).toEqual(kept);
});

test("the right server of the envelope's domain, which is that of From, is DMARC's word too", async () => {
  const id = await received(plain.replace("Appeal", "By the right server"), { remoteAddress: "192.0.2.7" });
  await authenticateMail(deps, { mailId: id }, dns);
  expect(await keptOf(id)).toMatchObject({ spf: { result: "pass", domain: "shop.example" }, dkim: [], dmarc: { result: "pass", domain: "shop.example" } });
});

test.each<[string, () => Promise<string>, object]>([
  ["a changed text", async () => (await signed()).replace("my number", "your number"), {}],
  ["another sender in From", async () => (await signed()).replace("owner@shop.example", "evil@shop.example"), {}],
  ["no signature, from a stranger's server", async () => plain.replace("Appeal", "Stranger"), {}],
  ["no signature, by no known server", async () => plain.replace("Appeal", "Mailbox"), { remoteAddress: null }],
  ["words below the part that is signed", async () => `${await signed(body.length)}And one thing more.\r\n`, {}],
  ["two senders in From", async () => (await signed()).replace("Owner <owner@shop.example>", "owner@shop.example, evil@evil.example"), {}],
  ["a hundred signatures", async () => `${(await signed()).replace(plain, "").repeat(100)}${plain}`, {}],
  ["a header that is none", async () => `${"\0".repeat(5_000)}:\r\n\r\n\r\n`, {}],
])("proves nothing: %s", async (_what, message, envelope) => {
  const id = await received(await message(), envelope);
  await authenticateMail(deps, { mailId: id }, dns);
  expect(provesSender(await keptOf(id), "owner@shop.example")).toBe(false);
});

test("a signature that leaves off before the end is seen for what it is", async () => {
  const id = await received(`${await signed(body.length)}More.\r\n`);
  await authenticateMail(deps, { mailId: id }, dns);
  expect(await keptOf(id)).toMatchObject({ dkim: [{ result: "policy" }], dmarc: { result: "policy" } });
});

test("a DNS that fails proves nothing", async () => {
  const id = await received((await signed()).replace("To: appeals", "To:  appeals"));
  await authenticateMail(deps, { mailId: id }, () => Promise.reject(Object.assign(new Error("refused"), { code: "ESERVFAIL" })));
  const kept = await keptOf(id);
  expect([kept.by, provesSender(kept, "owner@shop.example")]).toEqual(["checked_here", false]);
});

test("the word of a trusted server counts of what it brought, and nothing is looked up", async () => {
  const trusting = await database.deps(undefined, { MAIL_AUTHSERV_ID: "mx.flows.example", MAIL_RELAYS: "198.51.100.0/28", STORAGE_DIR: deps.config.storageDir });
  const unasked: Resolve = () => Promise.reject(new Error("nothing is looked up"));
  const relay = { remoteAddress: "198.51.100.3" };
  const proven = await received(`Authentication-Results: mx.flows.example; dmarc=pass header.from=shop.example\r\n${plain}`, relay);
  const forged = await received(`Authentication-Results: mx.evil.example; dmarc=pass header.from=shop.example\r\n${plain}`, relay);
  for (const mailId of [proven, forged]) await authenticateMail(trusting, { mailId }, unasked);
  expect(await keptOf(proven)).toMatchObject({ by: "trusted_header", authority: "mx.flows.example", dmarc: { result: "pass", domain: "shop.example" } });
  expect(await keptOf(forged)).toMatchObject({ by: "nobody" });
});

test("whoever reaches the port and writes in that server's name is checked like anybody", async () => {
  const trusting = await database.deps(undefined, { MAIL_AUTHSERV_ID: "mx.flows.example", MAIL_RELAYS: "198.51.100.0/28", STORAGE_DIR: deps.config.storageDir });
  const word = "Authentication-Results: mx.flows.example; dmarc=pass header.from=shop.example\r\n";
  const forged = await received(`${word}${plain.replace("Appeal", "Forged word")}`, { remoteAddress: "198.51.100.16" });
  const honest = await received(`${word}${await signed()}`, { remoteAddress: "198.51.100.17" });
  for (const mailId of [forged, honest]) await authenticateMail(trusting, { mailId }, dns);
  expect(await keptOf(forged)).toMatchObject({ by: "checked_here", dmarc: { result: "fail" } });
  expect(provesSender(await keptOf(forged), "owner@shop.example")).toBe(false);
  expect(provesSender(await keptOf(honest), "owner@shop.example")).toBe(true);
});
