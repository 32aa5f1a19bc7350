import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createTransport } from "nodemailer";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { Deps } from "~/infra/deps.server";
import { startPostgres } from "~/infra/embedded/postgres.mjs";
import { planMail, writeMail, type MailPlan } from "~/modules/notices/campaign/campaign-mail.server";
import { startCampaignSender } from "~/modules/notices/campaign/campaign-sender.server";
import { stageAudience } from "~/modules/notices/campaign/stage-audience.server";
import { killedCampaign } from "../support/campaign-killed";
import { aCampaign, aScheduledVersion, manyAccounts } from "../support/campaigns";
import { benchDatabase, type BenchDatabase, type BenchProcess } from "./enforcement/bench-gate";
import { median, report } from "./harness";
import type { Suite } from "./run";

const connections = 64;
const rounds = 3;

/** A campaign whose audience stands on the list already, so that what is measured is sending. */
async function staged(deps: Deps, count: number): Promise<string> {
  const { platformId, versionId } = await aScheduledVersion(deps);
  await manyAccounts(deps, platformId, count, { domains: 1_000 });
  const campaignId = await aCampaign(deps, versionId);
  while (await stageAudience(deps, campaignId));
  await deps.db.$executeRawUnsafe("ANALYZE account, account_contact, policy_notice_message, policy_notice_recipient");
  return campaignId;
}

const isComplete = async (deps: Deps, campaignId: string): Promise<boolean> => (await deps.db.policyNoticeCampaign.findUniqueOrThrow({ where: { id: campaignId } })).state === "complete";

/** Messages a second between the first and the last that were marked. */
async function markedRate(deps: Deps, campaignId: string): Promise<number> {
  const [row] = await deps.db.$queryRaw<{ count: number; seconds: number }[]>`
    SELECT count(*)::int AS count, extract(epoch FROM max(handed_over_at) - min(handed_over_at))::float8 AS seconds FROM policy_notice_message WHERE campaign_id = ${campaignId}::uuid AND state = 'handed_over'`;
  return row!.count / row!.seconds;
}

async function ours(deps: Deps, port: number, count: number): Promise<{ rate: number; campaignId: string }> {
  const campaignId = await staged(deps, count);
  const sender = startCampaignSender(deps, { smtpUrl: `smtp://127.0.0.1:${port}`, connections });
  while (!(await isComplete(deps, campaignId))) await sleep(250);
  await sender.stop();
  return { rate: await markedRate(deps, campaignId), campaignId };
}

const addressed = (n: number) => ({ id: `01890000-0000-7000-8000-${String(n).padStart(12, "0")}`, to: `owner-${n}@d${n % 1_000}.example`, addressee: `Business ${n}`, createdAt: new Date(), returnPath: `bounce+abcdefghijklmnopqrstuvwxyz.abcdefghijklmnopqrstuvwxyz@bench.example` });

/** The same bytes, prepared before, over as many connections. */
async function raw(plan: MailPlan, port: number, count: number): Promise<number> {
  const mails = Array.from({ length: count }, (_none, n) => ({ envelope: { from: addressed(n).returnPath, to: [addressed(n).to] }, mail: Buffer.from(writeMail(plan, addressed(n))) }));
  const open = await Promise.all(
    Array.from({ length: connections }, async () => {
      const connection = new SMTPConnection({ host: "127.0.0.1", port });
      await new Promise<void>((done, fail) => connection.connect((error) => (error ? fail(error) : done())));
      return connection;
    }),
  );
  const begun = performance.now();
  await Promise.all(
    open.map(async (connection) => {
      for (let next = mails.pop(); next; next = mails.pop()) {
        const { envelope, mail } = next;
        await new Promise<void>((done, fail) => connection.send(envelope, mail, (error) => (error ? fail(error) : done())));
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1_000;
  for (const connection of open) connection.quit();
  return count / seconds;
}

/** What most programs do: a pool with its own settings, and a MIME tree for each message. */
async function pooled(deps: Deps, campaignId: string, port: number, count: number): Promise<number> {
  const text = await deps.db.policyNoticeText.findFirstOrThrow({ where: { campaignId, language: "en" } });
  const transport = createTransport({ host: "127.0.0.1", port, pool: true });
  const begun = performance.now();
  const send = (n: number) => transport.sendMail({ from: "abuse@bench.example", to: addressed(n).to, subject: text.subject, text: text.text.replaceAll("{{account}}", `Business ${n}`), html: text.html.replaceAll("{{account}}", `Business ${n}`) });
  await Promise.all(Array.from({ length: count }, (_none, n) => send(n)));
  const seconds = (performance.now() - begun) / 1_000;
  transport.close();
  return count / seconds;
}

/**
 * Bytes that a process of its own occupies while it sends the second half of so many: half of the looks saw less. The most it ever occupied stands
 * beside it, but compares only how long V8 let garbage lie: a short campaign ends before the first full collection.
 */
async function memoryWhile(bench: BenchDatabase, port: number, count: number): Promise<{ typical: number; most: number }> {
  const campaignId = await staged(bench.deps, count);
  const child = await bench.start("campaign", JSON.stringify({ smtpUrl: `smtp://127.0.0.1:${port}` }));
  const seen: number[] = [];
  while (!(await isComplete(bench.deps, campaignId))) {
    seen.push(await child.memory());
    await sleep(200);
  }
  await child.kill();
  return { typical: median(seen.slice(seen.length >> 1)), most: Math.max(...seen) };
}

/** From the kill of the only sender, with another started at once, to the first and to the last message that the dead one held. */
async function resumed(bench: BenchDatabase, port: number, count: number): Promise<{ next: number; held: number }> {
  const campaignId = await staged(bench.deps, count);
  const payload = JSON.stringify({ smtpUrl: `smtp://127.0.0.1:${port}` });
  const sent = () => bench.deps.db.policyNoticeMessage.count({ where: { campaignId, state: "handed_over" } });
  const first = await bench.start("campaign", payload);
  while ((await sent()) < count / 10) await sleep(20);
  await first.kill();
  const killedAt = performance.now();
  const before = await sent();
  const held = (await bench.deps.db.policyNoticeMessage.findMany({ where: { campaignId, state: "queued", senderId: { not: null } }, select: { id: true } })).map(({ id }) => id);
  const second = bench.start("campaign", payload);
  while ((await sent()) === before) await sleep(20);
  const next = performance.now() - killedAt;
  while ((await bench.deps.db.policyNoticeMessage.count({ where: { id: { in: held }, state: "queued" } })) > 0) await sleep(20);
  const all = performance.now() - killedAt;
  while (!(await isComplete(bench.deps, campaignId))) await sleep(100);
  await (await second).kill();
  return { next: next / 1_000, held: all / 1_000 };
}

/**
 * A campaign to a mail server on this machine, in a process of its own, that takes everything: beside the bare connection that sends the
 * same bytes, and beside the pool. The database syncs, for every message is marked before its connection sends the next.
 */
export const campaign: Suite = async ({ quick }) => {
  const dir = await mkdtemp(join(tmpdir(), "console-bench-campaign-"));
  const cluster = await startPostgres({ dir, password: "bench", durable: true, maxConnections: 100 });
  const bench = await benchDatabase(cluster.url("postgres"), "campaign");
  try {
    const { port } = await bench.start("drain");
    const count = quick ? 10_000 : 50_000;
    const figures: { ours: number; raw: number; pooled: number }[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const { rate, campaignId } = await ours(bench.deps, port, count);
      const text = await bench.deps.db.policyNoticeText.findFirstOrThrow({ where: { campaignId, language: "en" } });
      const plan = planMail(text, { campaignId, fromName: "Bench", fromAddress: "abuse@bench.example", language: "en" });
      const pair = { ours: rate, raw: await raw(plan, port, count), pooled: await pooled(bench.deps, campaignId, port, quick ? 1_000 : 4_000) };
      // The first round is warmth.
      if (round > 0) figures.push(pair);
    }
    const [small, large] = [await memoryWhile(bench, port, 10_000), await memoryWhile(bench, port, quick ? 30_000 : 1_000_000)];
    const after = await resumed(bench, port, 20_000);
    return report(`Campaigns, durable: ${count} messages over ${connections} connections`, [
      { what: "messages a second, ours ÷ bare SMTPConnection.send of the same bytes", value: median(figures.map((pair) => pair.ours / pair.raw)), atLeast: 0.65 },
      { what: "messages a second, ours ÷ pooled nodemailer", value: median(figures.map((pair) => pair.ours / pair.pooled)), atLeast: 5 },
      { what: "messages a second, ours", value: median(figures.map((pair) => pair.ours)) },
      { what: "messages a second, bare", value: median(figures.map((pair) => pair.raw)) },
      { what: "messages a second, pooled", value: median(figures.map((pair) => pair.pooled)) },
      { what: `memory, ${quick ? "30 k" : "1 M"} recipients ÷ 10 k`, value: large.typical / small.typical, atMost: 1.25 },
      { what: "the most memory it occupied, in MB, with 10 k recipients", value: small.most / 1e6 },
      { what: `the most memory it occupied, in MB, with ${quick ? "30 k" : "1 M"} recipients`, value: large.most / 1e6 },
      { what: "seconds from a kill to the next message, with another process started then", value: after.next, atMost: 5 },
      { what: "seconds from a kill to the last message the dead sender held", value: after.held, atMost: 5 },
    ]);
  } finally {
    await bench.close();
    await cluster.stop();
    await rm(dir, { recursive: true, force: true });
  }
};

/** No comparison but a trial: 20,000 recipients of a server that refuses, defers, hangs up and is slow, while senders are killed fifty times. */
export const campaignKilled: Suite = async ({ quick }) => {
  const dir = await mkdtemp(join(tmpdir(), "console-bench-campaign-killed-"));
  const cluster = await startPostgres({ dir, password: "bench", durable: true, maxConnections: 100 });
  const bench = await benchDatabase(cluster.url("postgres"), "campaign_killed");
  try {
    const [recipients, kills] = quick ? [4_000, 10] : [20_000, 50];
    const start = (smtpUrl: string) => {
      const started: Promise<BenchProcess> = bench.start("campaign-victim", JSON.stringify({ smtpUrl }));
      return Promise.resolve({ ready: started, kill: async () => (await started).kill() });
    };
    const end = await killedCampaign(bench.deps, { recipients, kills, start, patienceMs: 900_000 });
    return report(`A campaign with ${kills} kills`, [
      { what: "accounts notified ÷ recipients", value: end.notified / recipients, atLeast: 1, atMost: 1 },
      { what: "messages repeated after a kill", value: end.repeated, atMost: kills * 8 },
      { what: "messages the server took and never answered", value: end.unanswered },
      { what: "addresses that saw a second Message-ID", value: end.strangers, atMost: 0 },
      { what: "longest standstill after a kill, in seconds", value: (end.longestStandstillMs ?? 0) / 1_000, atMost: 5 },
    ]);
  } finally {
    await bench.close();
    await cluster.stop();
    await rm(dir, { recursive: true, force: true });
  }
};
