import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, openPage } from "../support/browser";
import { startApp, type TestApp } from "../support/app";

let app: TestApp;

beforeAll(async () => {
  app = await startApp({}, { anew: true });
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
