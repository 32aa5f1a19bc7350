import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { launchBrowser, openPage } from "../support/browser";
import { startApp, type TestApp } from "../support/app";
import { databaseUrl, onCluster } from "../support/cluster.setup";
import { startRedis, type TestRedis } from "../support/redis";
import { startSmtpSink, type SmtpSink } from "../support/smtp-sink";

const database = `own_${randomUUID().replaceAll("-", "")}`;
let redis: TestRedis;
let sink: SmtpSink;
let app: TestApp;

beforeAll(async () => {
  await onCluster(inject("clusterUrl"), `CREATE DATABASE ${database}`);
  [redis, sink] = await Promise.all([startRedis(), startSmtpSink()]);
  app = await startApp({ DATABASE_URL: databaseUrl(inject("clusterUrl"), database), REDIS_URL: redis.url, SMTP_URL: sink.url, DEMO: "0" });
});

afterAll(async () => {
  await app?.stop();
  await Promise.all([redis?.close(), sink?.close()]);
  await onCluster(inject("clusterUrl"), `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
});

test("given its own database, Redis and mail server, the product starts nothing embedded", async () => {
  expect(app.running()).toEqual(["web", "worker"]);
  expect(await (await fetch(`${app.url}/readyz`)).json()).toMatchObject({ ready: true });
});

test("a report filed there is receipted through Redis and that mail server", async () => {
  const browser = await launchBrowser();
  try {
    const { page } = await openPage(browser, app.url, { javaScriptEnabled: false });
    await page.goto("/report?platform=customerflows");
    await page.locator('input[name="clause"][value="other"]').check();
    await page.locator('textarea[name="description"]').fill("They keep texting me although I told them to stop.");
    await page.locator('input[name="email"]').fill("reporter@example.net");
    await page.locator('form:has(textarea[name="description"]) button[type="submit"]').first().click();
    await page.waitForURL(/\/report\/thanks\//);
  } finally {
    await browser.close();
  }
  await expect.poll(() => sink.mails.filter(({ answered }) => answered).map(({ to }) => to), { timeout: 60_000 }).toEqual(["reporter@example.net"]);
});
