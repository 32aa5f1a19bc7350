import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps } from "~/infra/deps.server";
import { privateLink } from "~/modules/access/private-link.server";
import { startApp, type TestApp } from "../support/app";
import { interactive, launchBrowser, openPage } from "../support/browser";
import { aReceivedMail } from "../support/incoming-mail";
import { corners, looksRight, wcagBreaches, type Look } from "../support/wcag";

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
  const platform = await db.platform.findUniqueOrThrow({ where: { key: "customerflows" } });
  const mail = "From: Ana <ana@sender.example>\r\nTo: abuse@customerflows.example\r\nSubject: Spam\r\n\r\nThey write every night.\r\n";
  address.mail = `/mail/${await aReceivedMail(deps, platform.id, mail, { address: platform.abuseEmail })}`;
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

/** Two pages at a time: one is looked at while the other loads. */
async function checkAll(first: Page, paths: readonly string[], looks: readonly Look[]): Promise<void> {
  const left = [...paths];
  const lane = async (page: Page) => {
    await page.setViewportSize({ width: looks[0]![1], height: 900 });
    for (let path = left.shift(); path !== undefined; path = left.shift()) {
      const response = await page.goto(path, { waitUntil: "load" });
      expect(response?.status(), path).toBeLessThan(500);
      await interactive(page);
      await looksRight(page, looks);
    }
  };
  await Promise.all([lane(first), lane(await first.context().newPage())]);
}

const phoneAndWall = [["light", 360], ["dark", 1920]] as const;

test("what breaches WCAG 2.2 AA is found", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.setContent('<html lang="en"><title>Pale</title><main><h1 style="color: #bbb; background: #fff">Pale</h1><img src="data:,"><iframe sandbox srcdoc="<p>A mail</p>" title="A mail"></iframe></main></html>');
  expect((await wcagBreaches(page)).map((breach) => breach.split(":")[0])).toEqual(["color-contrast", "image-alt"]);
  await context.close();
});

test("public pages", async () => {
  const { page, complaints, close } = await openPage(browser, app.url);
  const paths = ["/", "/report", "/report?platform=customerflows&lang=en", "/policies", "/policies/customerflows/CF-AUP", "/appeal", "/sign-in", "/nowhere", "/developers", address.standing!, address.status!, address.reporting!];
  await checkAll(page, paths, phoneAndWall);
  expect(complaints).toEqual([]);
  await close();
});

test.each([
  ["Ana", phoneAndWall, () => ["/queue", address.case!, "/intake", "/reporters", address.reporter!, address.decided!, address.account!, "/search?q=solar", "/settings"]],
  ["Lee", phoneAndWall, () => ["/approvals", address.approval!, "/referrals", "/referrals/holds", "/bulk", "/bulk/new?subject=case&scope=all&platform=customerflows"]],
  ["Lee", corners, () => ["/queue", "/queue?state=closed&severity=low", address.case!, "/accounts", "/search?q=a", "/search?q=rosa@mail.example", "/cases/C-NONE"]],
  ["Rita", phoneAndWall, () => ["/appeals", address.appeal!, "/insights/calibration"]],
  ["Otto", phoneAndWall, () => ["/audit", "/mail", "/mail?kind=bounce&state=unreadable", address.mail!, "/notices", address.notice!]],
  ["Pam", phoneAndWall, () => ["/settings/ladders", "/settings/ladders/customerflows/medium", "/settings/templates", "/settings/templates/customerflows/statement_of_reasons/en", "/transparency", address.statement!]],
  ["Ada", phoneAndWall, () => ["/settings/people", "/settings/api-keys", "/settings/platforms", "/settings/webhooks", "/settings/features", "/settings/four-eyes", "/settings/transparency", "/nowhere"]],
] as const)("the console as %s sees it", async (first, looks, paths) => {
  const { page, complaints, close } = await openPage(browser, app.url);
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(app.demo.people.find(({ name }) => name.startsWith(first))!.email);
  await page.getByLabel("Password", { exact: true }).fill(app.demo.password);
  await page.getByRole("main").getByRole("button", { name: /sign in/i }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  await checkAll(page, paths(), looks);
  expect(complaints).toEqual([]);
  await close();
});
