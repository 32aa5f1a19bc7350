import { createHmac } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { typeCodes } from "~/modules/signals/event-codes";
import { purgeChannelNotices } from "~/modules/signals/purge-channel-notices.server";
import { aPlatform, anAccount } from "../factories/platform";
import { runCli } from "../support/cli";
import { testDatabase, testEnvironment, type TestDatabase, type TestDeps } from "../support/database";
import { storedEvents } from "../support/sending";
import { rawRequest, startWeb, type Web } from "../support/web";

const now = "2026-11-20T21:00:00.000Z";
const seconds = Date.parse(now) / 1_000;
const [secret, verifyToken, token] = ["app-secret-of-the-test", "verify-token-of-the-test", "auth-token-of-the-test"];
let database: TestDatabase;
let deps: TestDeps;
let web: Web;
let folder: string;
let platformId: string;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps(now);
  web = await startWeb(deps);
  folder = await mkdtemp(join(tmpdir(), "console-channel-"));
  const platform = await aPlatform(deps, { key: "customerflows" });
  platformId = platform.id;
  await anAccount(deps, platformId, { externalId: "cf-1" });
  for (const [name, value] of [["secret", secret], ["verify", verifyToken], ["token", token]] as const) await writeFile(join(folder, name), `${value}\n`);
  const cli = (...args: string[]) => runCli(testEnvironment(database.url, folder), "channel", ...args, "--platform", "customerflows");
  const runs = [
    await cli("set", "--provider", "whatsapp", "--secret-file", join(folder, "secret"), "--verify-token-file", join(folder, "verify")),
    await cli("set", "--provider", "twilio", "--secret-file", join(folder, "token")),
    await cli("sender", "123450001", "--provider", "whatsapp", "--account", "cf-1"),
    await cli("sender", "WABA1", "--provider", "whatsapp", "--account", "cf-1"),
    await cli("sender", "+15550001111", "--provider", "twilio", "--account", "cf-1"),
  ];
  expect(runs.map(({ code, stderr }) => [code, stderr])).toEqual(runs.map(() => [0, ""]));
});
afterAll(async () => {
  await web.close();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const hubSignature = (body: string, key = secret) => `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;
const whatsApp = (body: string, headers: Record<string, string> = { "x-hub-signature-256": hubSignature(body) }, key = "customerflows") =>
  rawRequest(web.port, { method: "POST", path: `/webhooks/whatsapp/${key}`, body, headers: { "content-type": "application/json", ...headers } });
const said = (field: string, value: object, sender = "123450001") => JSON.stringify({ object: "whatsapp_business_account", entry: [{ id: "WABA1", time: seconds, changes: [{ field, value: { metadata: { phone_number_id: sender }, ...value } }] }] });
const statusBody = (id: string, status = "delivered") => said("messages", { statuses: [{ id, status, timestamp: String(seconds), recipient_id: "13075550142", pricing: { category: "marketing" } }] });
const stored = () => storedEvents(deps, platformId);
const notices = () => deps.db.channelNotice.findMany({ orderBy: { id: "asc" } });

test("the handshake is answered with the challenge, to who knows the token", async () => {
  const ask = (query: string, key = "customerflows") => rawRequest(web.port, { path: `/webhooks/whatsapp/${key}?${query}` });
  const right = await ask(`hub.mode=subscribe&hub.verify_token=${verifyToken}&hub.challenge=1158201444`);
  expect([right.status, right.text, right.headers["content-type"]]).toEqual([200, "1158201444", "text/plain; charset=utf-8"]);
  expect((await ask("hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1")).status).toBe(403);
  expect((await ask(`hub.mode=subscribe&hub.verify_token=${verifyToken}&hub.challenge=1`, "nowhere")).status).toBe(403);
  expect((await ask(`hub.mode=subscribe&hub.verify_token=${verifyToken}&hub.challenge=%3Cscript%3E`)).status).toBe(400);
});

test("a status is stored once, however often it comes, and nothing of the number or the provider's id is in the store", async () => {
  const id = "wamid.HBgLMTMwNzU1NTAxNDIVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA";
  const answers = await Promise.all([whatsApp(statusBody(id)), whatsApp(statusBody(id)), whatsApp(statusBody(id, "read"))]);
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
  const rows = await stored();
  expect(rows).toMatchObject([{ type: typeCodes["message.delivered"], category: 1, zones: "America/Denver" }]);
  expect(JSON.stringify(rows)).not.toMatch(/wamid|3075550142|MTMwNzU1NTAxNDI/);
});

test.each([
  ["none", {}],
  ["another key's", { "x-hub-signature-256": hubSignature(statusBody("wamid.X"), "another-secret") }],
  ["one of other bytes", { "x-hub-signature-256": hubSignature(`${statusBody("wamid.X")} `) }],
  ["one that is cut", { "x-hub-signature-256": hubSignature(statusBody("wamid.X")).slice(0, -1) }],
  ["only its scheme", { "x-hub-signature-256": "sha256=" }],
])("a signature that is %s opens nothing", async (_what, headers) => {
  const before = (await stored()).length;
  const answer = await whatsApp(statusBody("wamid.X"), headers as Record<string, string>);
  expect([answer.status, (JSON.parse(answer.text) as { code: string }).code]).toEqual([403, "signature_invalid"]);
  expect((await stored()).length).toBe(before);
});

test("a platform that set nothing takes nothing, and says what it says of a wrong signature", async () => {
  await aPlatform(deps, { key: "chatflow" });
  const body = statusBody("wamid.Y");
  const [unset, absent] = [await whatsApp(body, undefined, "chatflow"), await whatsApp(body, undefined, "nowhere")];
  expect([unset.status, absent.status]).toEqual([403, 403]);
  expect(unset.text).toBe(absent.text);
});

test("the bytes are what is signed, whatever they hold", async () => {
  const body = `  ${statusBody("wamid.Z").replace("marketing", "mark\\u0065ting")}\n`;
  expect((await whatsApp(body)).status).toBe(200);
  const broken = "{ not json";
  expect((await whatsApp(broken)).status).toBe(400);
});

test("STOP is an opt-out; what was written rests nowhere", async () => {
  const body = said("messages", { contacts: [{ wa_id: "13075550142" }], messages: [{ id: "wamid.STOP", from: "13075550142", timestamp: seconds, type: "text", text: { body: "Stop 🛑" } }] });
  const before = (await stored()).length;
  await whatsApp(body);
  await whatsApp(body);
  const rows = (await stored()).map((row) => row.type);
  expect(rows.length).toBe(before + 2);
  expect(rows).toEqual(expect.arrayContaining([typeCodes.inbound, typeCodes.opt_out]));
});

test("what is not understood, and what is nobody's, is kept sealed and once, and goes after a month", async () => {
  const unknown = said("flows", { secret_of_somebody: "13075550142" });
  const stranger = said("messages", { statuses: [{ id: "wamid.S", status: "sent", timestamp: seconds, recipient_id: "13075550142" }] }, "999").replace("WABA1", "WABA9");
  for (const body of [unknown, unknown, stranger, stranger]) expect((await whatsApp(body)).status).toBe(200);
  const kept = await notices();
  expect(kept.map(({ field }) => field)).toEqual(["flows", "sender_unknown"]);
  expect(JSON.stringify(kept)).not.toContain("3075550142");
  expect(deps.crypto.open(kept[0]!.bodySealed, "channel_notice.body")).toContain("secret_of_somebody");
  expect(await purgeChannelNotices(deps, deps.clock().plus({ days: 29 }))).toBe(0);
  expect(await purgeChannelNotices(deps, deps.clock().plus({ days: 31 }))).toBe(2);
});

test("news about the account are events of the account, and kept", async () => {
  expect((await whatsApp(said("account_update", { event: "ACCOUNT_VIOLATION", violation_info: { violation_type: "SPAM" } }, ""))).status).toBe(200);
  expect((await stored()).filter((row) => row.type === typeCodes["account.updated"])).toHaveLength(1);
  const account = await deps.db.account.findFirstOrThrow({ where: { platformId, externalId: "cf-1" } });
  expect(await notices()).toMatchObject([{ field: "account_update", accountId: account.id }]);
});

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
function twilioSignature(url: string, fields: Record<string, string>, key = token): string {
  const text = Object.keys(fields).sort().reduce((all, name) => all + name + fields[name], url);
  return createHmac("sha1", key).update(text).digest("base64");
}
const twilioUrl = () => `${deps.config.publicUrl}/webhooks/twilio/customerflows?from=test`;
const twilio = (fields: Record<string, string>, signature = twilioSignature(twilioUrl(), fields)) =>
  rawRequest(web.port, { method: "POST", path: "/webhooks/twilio/customerflows?from=test", body: form(fields), headers: { "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature } });
const smsStatus = (more: object = {}) => ({ MessageSid: "SM1", MessageStatus: "delivered", To: "+13075550142", From: "+15550001111", AccountSid: "AC1", ApiVersion: "2010-04-01", ...more });

test("an SMS's status is stored once, whenever it comes again", async () => {
  const before = (await stored()).length;
  expect((await twilio(smsStatus())).status).toBe(200);
  deps.clock.advance({ minutes: 1 });
  expect((await twilio(smsStatus())).status).toBe(200);
  deps.clock.set(now);
  expect((await stored()).length).toBe(before + 1);
  for (const status of ["queued", "sending"]) expect((await twilio(smsStatus({ MessageStatus: status }))).status).toBe(200);
  expect((await stored()).length).toBe(before + 1);
});

test("an SMS that says ARRET is an opt-out of its writer", async () => {
  const before = (await stored()).length;
  expect((await twilio({ MessageSid: "SM2", SmsStatus: "received", From: "+13075550142", To: "+15550001111", Body: "Arrêt.", AccountSid: "AC1" })).status).toBe(200);
  const rows = await stored();
  expect(rows.length).toBe(before + 2);
  expect(rows.filter((row) => row.type === typeCodes.opt_out)).toHaveLength(2);
  expect(new Set(rows.filter((row) => row.contact !== null).map((row) => row.contact)).size).toBe(1);
});

test.each([
  ["another token's", () => twilioSignature(twilioUrl(), smsStatus(), "another")],
  ["one of another address", () => twilioSignature("https://elsewhere.example/", smsStatus())],
  ["one of other fields", () => twilioSignature(twilioUrl(), smsStatus({ MessageStatus: "failed" }))],
  ["nonsense", () => "nonsense"],
])("%s is refused", async (_what, signature) => {
  expect((await twilio(smsStatus(), signature())).status).toBe(403);
});

test("who set a secret and who named a sender is on record, without either", async () => {
  const trail = await deps.db.auditEntry.findMany({ where: { type: { startsWith: "channel." } } });
  expect(trail.map(({ type }) => type).toSorted()).toEqual(["channel.secret_set", "channel.secret_set", "channel.sender_named", "channel.sender_named", "channel.sender_named"]);
  const everything = JSON.stringify([trail, await deps.db.channel.findMany(), await deps.db.channelSender.findMany()]);
  for (const word of [secret, verifyToken, token, "5550001111"]) expect(everything).not.toContain(word);
});
