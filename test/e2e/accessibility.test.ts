import type { Browser, BrowserContext } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps } from "~/infra/deps.server";
import { privateLink } from "~/modules/access/private-link.server";
import { startApp, type TestApp } from "../support/app";
import { interactive, launchBrowser } from "../support/browser";
import { sideways, wcagBreaches } from "../support/wcag";

/** Every page by WCAG 2.2 AA, light and dark, from a phone's width to a wide desk's; nothing scrolls sideways on a phone. */
let app: TestApp;
let browser: Browser;
const address: Record<string, string> = {};

beforeAll(async () => {
  app = await startApp();
  browser = await launchBrowser();
  const deps = await buildDeps(loadConfig(app.env), "test");
  const { db } = deps;
  const now = deps.clock();
  const withAction = await db.account.findFirstOrThrow({ where: { actions: { some: { state: "active" } } } });
  const report = await db.report.findFirstOrThrow({ where: { state: "resolved" } });
  const pathOf = (link: string) => new URL(link).pathname;
  address.standing = pathOf(await db.$transaction((tx) => privateLink(tx, deps, { purpose: "account_standing", accountId: withAction.id }, now)));
  address.status = pathOf(await db.$transaction((tx) => privateLink(tx, deps, { purpose: "report_status", reportId: report.id }, now)));
  address.account = `/accounts/${withAction.id}`;
  address.case = `/cases/${(await db.case.findFirstOrThrow({ where: { state: "investigating", signalCount: { gt: 0 } } })).reference}`;
  address.decided = `/cases/${(await db.case.findFirstOrThrow({ where: { state: "decided" } })).reference}`;
  address.approval = `/approvals/${(await db.decision.findFirstOrThrow({ where: { state: "awaiting_approval" } })).id}`;
  address.appeal = `/appeals/${(await db.appeal.findFirstOrThrow({ where: { state: "filed" } })).reference}`;
  address.notice = `/notices/${(await db.notice.findFirstOrThrow()).id}`;
  address.statement = `/transparency/${(await db.statementOfReasons.findFirstOrThrow({ where: { publication: { isNot: null } } })).id}`;
  const reporter = await db.reporter.findFirstOrThrow({ where: { emailSealed: { not: null } } });
  address.reporter = `/reporters/${reporter.id}`;
  address.reporting = pathOf(await db.$transaction((tx) => privateLink(tx, deps, { purpose: "reporter_standing", reporterId: reporter.id }, now)));
  await closeDeps(deps);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

const looks = [
  { colorScheme: "light", width: 360 },
  { colorScheme: "dark", width: 1920 },
] as const;

async function check(context: BrowserContext, path: string, width: number): Promise<void> {
  const page = await context.newPage();
  try {
    const response = await page.goto(app.url + path, { waitUntil: "load" });
    expect(response?.status(), path).toBeLessThan(500);
    await interactive(page);
    expect(await wcagBreaches(page), `${path} at ${width}`).toEqual([]);
    expect(await sideways(page), `${path} scrolls sideways at ${width}`).toBe(0);
  } finally {
    await page.close();
  }
}

/** Two pages at a time: one is looked at while the other loads. */
async function checkAll(context: BrowserContext, paths: readonly string[], width: number): Promise<void> {
  const left = [...paths];
  const lane = async () => {
    for (let path = left.shift(); path !== undefined; path = left.shift()) await check(context, path, width);
  };
  await Promise.all([lane(), lane()]);
}

test("what breaches WCAG 2.2 AA is found", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.setContent('<html lang="en"><title>Pale</title><main><h1 style="color: #bbb; background: #fff">Pale</h1><img src="data:,"><iframe sandbox srcdoc="<p>A mail</p>" title="A mail"></iframe></main></html>');
  expect((await wcagBreaches(page)).map((breach) => breach.split(":")[0])).toEqual(["color-contrast", "image-alt"]);
  await context.close();
});

describe.each(looks)("$colorScheme at $width px", ({ colorScheme, width }) => {
  test("public pages", async () => {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    const paths = ["/", "/report", "/report?platform=customerflows&lang=en", "/policies", "/policies/customerflows/CF-AUP", "/appeal", "/sign-in", "/nowhere", "/developers", address.standing!, address.status!, address.reporting!];
    await checkAll(context, paths, width);
    await context.close();
  });

  test.each([
    ["Ana", () => ["/queue", "/queue?state=closed", "/intake", "/reporters", address.reporter!, address.case!, address.decided!, "/accounts", address.account!, "/search?q=solar", "/settings"]],
    ["Lee", () => ["/approvals", address.approval!, "/referrals", "/referrals/holds", "/bulk", "/bulk/new?subject=case&scope=all&platform=customerflows"]],
    ["Rita", () => ["/appeals", address.appeal!, "/insights/calibration"]],
    ["Otto", () => ["/audit", "/notices", address.notice!]],
    ["Pam", () => ["/settings/ladders", "/settings/ladders/customerflows/medium", "/settings/templates", "/settings/templates/customerflows/statement_of_reasons/en", "/transparency", address.statement!]],
    ["Ada", () => ["/settings/people", "/settings/api-keys", "/settings/platforms", "/settings/webhooks", "/settings/features", "/settings/four-eyes", "/settings/transparency", "/nowhere"]],
  ])("the console as %s sees it", async (first, paths) => {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    const page = await context.newPage();
    await page.goto(`${app.url}/sign-in`);
    await page.getByLabel("Email").fill(app.demo.people.find(({ name }) => name.startsWith(first))!.email);
    await page.getByLabel("Password", { exact: true }).fill(app.demo.password);
    await page.getByRole("main").getByRole("button", { name: /sign in/i }).click();
    await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
    await page.close();
    await checkAll(context, paths(), width);
    await context.close();
  });
});
