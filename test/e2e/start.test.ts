import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, openPage } from "../support/browser";
import { startApp, type TestApp } from "../support/app";
import { swaks } from "../support/mail-door";

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ MAIL_AUTHSERV_ID: "mx.in-front.example", MAIL_RELAYS: "127.0.0.1 ::1" }, { anew: true, mail: true });
});

afterAll(() => app?.stop());

test("a fresh start ends ready, and its first page opens in a browser without a complaint", async () => {
  expect((await fetch(`${app.url}/readyz`)).status).toBe(200);
  const browser = await launchBrowser();
  try {
    const { page, complaints } = await openPage(browser, app.url);
    await page.goto("/report");
    await expect.poll(() => page.getByRole("heading", { level: 1 }).count()).toBe(1);
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
  }
});

test("a mail to a platform of the demo becomes a report, and its sender finds the answer in the inbox; the door that was killed is back by itself", async () => {
  const port = Number(app.env.MAIL_PORT);
  const send = (from: string) => swaks(port, "--from", from, "--to", "abuse@customerflows.example", "--h-Subject", "Spam at night", "--body", "They text me every night although I replied STOP. Please make it end.");
  expect(await send("ana@reader.example")).toMatchObject({ code: 0 });
  const receipt = await app.inbox.waitFor({ to: "ana@reader.example" }, { withinMs: 60_000 });
  expect(receipt.text).toMatch(/R-[A-Z0-9]{4}-[A-Z0-9]{4}/);
  const before = app.pidOf("mail");
  process.kill(before, "SIGKILL");
  await expect.poll(() => app.pidOf("mail"), { timeout: 30_000 }).not.toBe(before);
  await expect.poll(async () => (await send("bob@reader.example")).code, { timeout: 30_000 }).toBe(0);
});

test("a web process that was killed is back by itself", async () => {
  const before = app.pidOf("web");
  process.kill(before, "SIGKILL");
  await expect.poll(() => app.pidOf("web"), { timeout: 30_000 }).not.toBe(before);
  await expect.poll(async () => (await fetch(`${app.url}/healthz`).catch(() => null))?.status, { timeout: 30_000 }).toBe(200);
});

test("a database that was killed is back by itself, and web and worker with it", async () => {
  const before = app.pidOf("database");
  process.kill(before, "SIGKILL");
  await expect.poll(() => app.pidOf("database"), { timeout: 30_000 }).not.toBe(before);
  await expect.poll(async () => (await fetch(`${app.url}/readyz`)).status, { timeout: 60_000 }).toBe(200);
});

test("web follows the clock that was set forward", async () => {
  await app.moveClock({ advance: "31d" });
  const moved = await fetch(`${app.url}/test/clock`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ advance: "1m" }) });
  const { now } = (await moved.json()) as { now: string };
  expect(new Date(now).getTime() - Date.now()).toBeGreaterThan(31 * 86_400_000);
});
