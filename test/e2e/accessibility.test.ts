import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { openMailParser } from "~/modules/inbound-mail/bounded-parser.server";
import { keepMailRenditions } from "~/modules/inbound-mail/keep-mail-renditions.server";
import { groupReports } from "~/modules/intake/group-reports.server";
import { privateLink } from "~/modules/access/private-link.server";
import { createReport } from "../factories/report";
import { startApp, type TestApp } from "../support/app";
import { interactive, launchBrowser, openPage } from "../support/browser";
import { aReceivedMail } from "../support/incoming-mail";
import { multipart, part } from "../support/mails";
import { smallPng } from "../support/picture";
import { signIn } from "../support/staff-at";
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
  const photo = (await smallPng()).toString("base64");
  const mail = multipart("mixed", { From: "Ana <ana@sender.example>", To: "abuse@customerflows.example", Subject: "Spam" }, [
    part("text/plain", "They write every night."),
    part("text/html", '<p>They write <b>every night</b>.</p><img src="cid:van@sender.example" alt="Their van"><img src="/beacon.gif"><a href="/queue">here</a><script>document.title = "ran"</script>'),
    part("image/png", photo, { "Content-Transfer-Encoding": "base64", "Content-ID": "<van@sender.example>", "Content-Disposition": 'inline; filename="van.png"' }),
    part("text/plain", "03:12 buy now", { "Content-Disposition": 'attachment; filename="log.txt"' }),
  ]);
  const mailId = await aReceivedMail(deps, platform.id, mail, { address: platform.abuseEmail });
  const parser = openMailParser();
  await keepMailRenditions({ ...deps, parser }, { mailId });
  await parser.close();
  address.mail = `/mail/${mailId}`;
  address.laidOut = `/files/${(await db.evidenceFile.findUniqueOrThrow({ where: { mailId } })).id}?view=html`;
  const parcel = (name: string) => createReport(deps, { platformId: platform.id, messageText: `Hi ${name}, your parcel is held at our depot and the fee of $4.99 is still open. Pay here: https://pay.example/x` });
  const [inWave] = [await parcel("Ana"), await parcel("Roberto")];
  // The worker's own round may hold the lane of grouping, and then a call does nothing.
  address.wave = await vi.waitFor(async () => {
    await groupReports(deps);
    return `/intake/waves/${(await db.report.findFirstOrThrow({ where: { id: inWave.id, waveId: { not: null } } })).waveId}`;
  }, { timeout: 60_000, interval: 200 });
  // What the worker could not do, as people see it in the end.
  const log = await db.evidenceFile.findFirstOrThrow({ where: { partOf: { mailId }, fileName: "log.txt" } });
  await db.evidenceTry.createMany({ data: [{ evidenceFileId: log.id, work: "scan", tries: 7 }, { evidenceFileId: log.id, work: "draw", tries: 7 }] });
  address.statement = `/transparency/${(await db.statementOfReasons.findFirstOrThrow({ where: { publication: { isNot: null } } })).id}`;
  const reporter = await db.reporter.findFirstOrThrow({ where: { emailSealed: { not: null } } });
  address.reporter = `/reporters/${reporter.id}`;
  const unmatched = await db.unmatchedAppeal.create({ data: { id: newId(), platformId: platform.id, emailSealed: deps.crypto.seal("nobody@nowhere.example", "unmatched-appeal.email"), emailHash: deps.crypto.lookup("nobody@nowhere.example", "email"), actionText: "You restricted us", explanation: "We had consent.", receivedAt: now.toJSDate(), lookedAt: now.toJSDate() } });
  address.appealed = pathOf(await db.$transaction((tx) => privateLink(tx, deps, { purpose: "appeal_status", unmatchedAppealId: unmatched.id }, now)));
  address.reporting = pathOf(await db.$transaction((tx) => privateLink(tx, deps, { purpose: "reporter_standing", reporterId: reporter.id }, now)));
  await closeDeps(deps);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

/** A mail as its sender laid it out: in a frame that runs nothing, asks for nothing and leads nowhere. */
async function framedWithoutRights(page: Page): Promise<void> {
  await page.goto(address.mail!);
  const title = await page.title();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.getByText("Show it as its sender laid it out").click();
  const frame = page.frameLocator("iframe[sandbox]");
  await frame.getByText("every night").waitFor();
  expect(await frame.getByAltText("Their van").evaluate((picture: HTMLImageElement) => [picture.src.slice(0, 16), picture.naturalWidth > 0])).toEqual(["data:image/webp;", true]);
  expect(await frame.locator("script, a, [src^='/'], [src^='http']").count()).toBe(0);
  expect([asked.includes(address.laidOut!.split("?")[0]!), asked.includes("/beacon.gif"), await page.title()]).toEqual([true, false, title]);
  const { "content-security-policy": policy } = (await page.request.get(address.laidOut!)).headers();
  expect(policy).toContain("sandbox; default-src 'none'; img-src data:");
}

/** What failed too often says so, and a button has it tried again. */
async function triedAgain(page: Page): Promise<void> {
  await page.goto(address.mail!);
  await page.getByText("Its pages could not be drawn, however often it was tried.").waitFor();
  await page.getByRole("button", { name: "Try all of it again: log.txt" }).click();
  await page.getByRole("button", { name: "Try all of it again: log.txt" }).waitFor({ state: "detached" });
  expect(new URL(page.url()).pathname).toBe(address.mail);
}

/** From the list to a wave and to one of its reports, with no mouse. */
async function waveByKeyboard(page: Page): Promise<void> {
  await page.goto("/intake/waves");
  await page.locator(`a[href="${address.wave}"]`).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(`**${address.wave}`);
  await page.getByRole("list", { name: "Reports of this wave" }).locator("a[href^='/intake/']").last().focus();
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => /^\/intake\/[0-9a-f-]{36}$/.test(url.pathname));
}

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
  const paths = ["/", "/report", "/report?platform=customerflows&lang=en", "/policies", "/policies/customerflows/CF-AUP", "/appeal", "/sign-in", "/nowhere", "/developers", address.standing!, address.status!, address.reporting!, address.appealed!];
  await checkAll(page, paths, phoneAndWall);
  expect(complaints).toEqual([]);
  await close();
});

test.each([
  ["Ana", phoneAndWall, () => ["/queue", address.case!, "/intake", "/intake/waves", address.wave!, "/reporters", address.reporter!, address.decided!, address.account!, "/search?q=solar", "/settings"]],
  ["Lee", phoneAndWall, () => ["/approvals", address.approval!, "/referrals", "/referrals/holds", "/bulk", "/bulk/new?subject=case&scope=all&platform=customerflows"]],
  ["Lee", corners, () => ["/queue", "/queue?state=closed&severity=low", address.case!, "/accounts", "/search?q=a", "/search?q=rosa@mail.example", "/cases/C-NONE"]],
  ["Rita", phoneAndWall, () => ["/appeals", address.appeal!, "/insights/calibration"]],
  ["Otto", phoneAndWall, () => ["/audit", "/mail", "/mail?kind=bounce&state=unreadable", address.mail!, "/notices", "/notices/sending", address.notice!]],
  ["Pam", phoneAndWall, () => ["/settings/ladders", "/settings/ladders/customerflows/medium", "/settings/templates", "/settings/templates/customerflows/statement_of_reasons/en", "/transparency", address.statement!]],
  ["Ada", phoneAndWall, () => ["/settings/people", "/settings/api-keys", "/settings/platforms", "/settings/webhooks", "/settings/features", "/settings/four-eyes", "/settings/transparency", "/nowhere"]],
] as const)("the console as %s sees it", async (first, looks, paths) => {
  const { page, complaints, close } = await openPage(browser, app.url);
  await signIn(page, app, first);
  await checkAll(page, paths(), looks);
  if (first === "Otto") await framedWithoutRights(page);
  if (first === "Otto") await triedAgain(page);
  if (first === "Ana" && looks === phoneAndWall) await waveByKeyboard(page);
  expect(complaints).toEqual([]);
  await close();
});
