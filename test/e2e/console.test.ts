import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApp, type TestApp } from "../support/app";
import { interactive, launchBrowser, openPage } from "../support/browser";
import { staffAt } from "../support/staff-at";

let app: TestApp;
let browser: Browser;

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

async function reference(page: Page): Promise<string> {
  return new URL(page.url()).pathname.split("/")[2]!;
}

test("an analyst works from the keyboard, and keys stay out of the way of typing", async () => {
  const { page, complaints } = await staffAt(browser, app, "Ana", "/queue?holder=unclaimed");
  await interactive(page);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  const focused = page.locator("a[data-case]:focus");
  await focused.waitFor();
  expect(await page.locator("a[data-case]").first().evaluate((link) => link === document.activeElement)).toBe(true);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/cases\//);
  await page.getByText("held by nobody").waitFor();
  await page.keyboard.press("c");
  await page.getByText("You hold this case now.").waitFor();
  await page.keyboard.press("n");
  const note = page.getByLabel("Note for colleagues");
  expect(await note.evaluate((field) => field === document.activeElement)).toBe(true);
  await page.keyboard.type("nothing here can be quicker, /?jkq");
  expect(await note.inputValue()).toBe("nothing here can be quicker, /?jkq");
  await page.getByRole("button", { name: "Add note" }).click();
  await page.getByText("The note is added.").waitFor();
  expect(await note.inputValue()).toBe("");
  await page.getByRole("list", { name: /Timeline/ }).getByText("nothing here can be quicker").waitFor();
  await page.locator("h1").click();
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await help.getByText("Claim the case").waitFor();
  await page.keyboard.press("q");
  expect(page.url()).toContain("/cases/");
  await page.keyboard.press("Escape");
  await help.waitFor({ state: "hidden" });
  await page.keyboard.press("q");
  await page.waitForURL(/\/queue$/);
  expect(complaints).toEqual([]);
});

test("a key pressed as a page begins to be hydrated breaks nothing and loses nothing typed", async () => {
  const { page, complaints } = await staffAt(browser, app, "Ana", "/queue");
  await page.addInitScript(() => {
    // The page's data stays under way until it is let go, and a key is pressed between React's taking the page and its first look at it.
    const decoding = new Promise<void>((go) => Object.assign(window, { decode: go }));
    const held = function () {
      return new TransformStream<string, Uint8Array>({ transform: async (text, to) => (await decoding, to.enqueue(new TextEncoder().encode(text))) });
    };
    const press = () => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
    const listen = document.addEventListener.bind(document);
    document.addEventListener = (type: string, ...how: [EventListenerOrEventListenerObject, (boolean | AddEventListenerOptions)?]) => {
      listen(type, ...how);
      if (type === "keydown") queueMicrotask(press);
    };
    Object.assign(window, { TextEncoderStream: held });
  });
  await page.reload();
  await page.waitForFunction(() => Object.keys(document).some((key) => key.startsWith("__reactContainer")));
  const search = page.getByRole("searchbox");
  await search.click();
  await page.keyboard.type("Zenith");
  expect(await page.evaluate(() => Object.keys(document.body).some((key) => key.startsWith("__react")))).toBe(false);
  await page.evaluate(() => (window as unknown as { decode(): void }).decode());
  await interactive(page);
  expect(await search.inputValue()).toBe("Zenith");
  await page.locator("h1").click();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  expect(complaints).toEqual([]);
});

test("single keys can be turned off and on again", async () => {
  const { page } = await staffAt(browser, app, "Ana", "/queue");
  await interactive(page);
  await page.locator("a[data-case]").first().waitFor();
  await page.keyboard.press("?");
  await page.getByRole("button", { name: "Turn single keys off" }).click();
  const help = page.getByRole("button", { name: "Turn single keys on" });
  await help.waitFor();
  await page.keyboard.press("Escape");
  await help.waitFor({ state: "hidden" });
  await page.keyboard.press("j");
  expect(await page.locator("a[data-case]:focus").count()).toBe(0);
  await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
  await help.click();
  await page.getByRole("button", { name: "Turn single keys off" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.keyboard.press("j");
  await page.locator("a[data-case]:focus").waitFor();
});

test("the theme is chosen and kept without JavaScript", async () => {
  const { page } = await staffAt(browser, app, "Ana", "/queue", { javaScriptEnabled: false });
  expect(await page.locator("html").getAttribute("data-theme")).toBeNull();
  await page.getByRole("button", { name: "Dark" }).first().click();
  expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
  expect(new URL(page.url()).pathname).toBe("/queue");
});

test("a colleague's form is stale: what changed is shown, what was typed is kept, nothing is overwritten", async () => {
  const { page: ana } = await staffAt(browser, app, "Ana", "/queue?holder=unclaimed");
  await interactive(ana);
  const quiet = ana.locator("tr", { has: ana.locator("a[data-case]"), hasNotText: "Escalated" });
  await quiet.nth(1).locator("a[data-case]").click();
  await ana.waitForURL(/\/cases\//);
  const { page: ben } = await staffAt(browser, app, "Ben", `/cases/${await reference(ana)}`);
  await ben.getByRole("group").filter({ hasText: "Escalate" }).locator("summary").click();
  await ben.getByLabel("Why", { exact: true }).fill("Looks organised.");

  await ana.getByLabel("Note for colleagues").fill("The platform confirmed the consent records are forged.");
  await ana.getByRole("button", { name: "Add note" }).click();
  await ana.getByText("The note is added.").waitFor();

  await ben.getByRole("button", { name: "Escalate" }).click();
  const conflict = ben.getByRole("alert").filter({ hasText: "changed while you were working" });
  await conflict.getByText("consent records are forged").waitFor();
  expect(await ben.getByText("Escalated", { exact: true }).count()).toBe(0);
});

test("two people claim at once: one holds the case, the other is told", async () => {
  const { page: ana } = await staffAt(browser, app, "Ana", "/queue?holder=unclaimed");
  await ana.locator("a[data-case]").nth(2).click();
  await ana.waitForURL(/\/cases\//);
  const { page: ben } = await staffAt(browser, app, "Ben", `/cases/${await reference(ana)}`);
  const claim = (page: Page) => page.getByRole("button", { name: "Claim" }).click();
  await Promise.all([claim(ana), claim(ben)]);
  const outcome = (page: Page) => page.getByText(/You hold this case now|Somebody else is working on this case/).textContent();
  expect([await outcome(ana), await outcome(ben)].toSorted()).toEqual([
    expect.stringContaining("Somebody else is working on this case"),
    expect.stringContaining("You hold this case now"),
  ]);
});

test("the queue says what is new without moving a row, and who claimed what is listed", async () => {
  const { page: ben } = await staffAt(browser, app, "Ben", "/queue?holder=unclaimed");
  await interactive(ben);
  await ben.locator("a[data-case]").first().waitFor();
  const before = await ben.locator("a[data-case]").allTextContents();
  const { page: ana } = await staffAt(browser, app, "Ana", "/queue?holder=unclaimed");
  const target = ana.locator("tr", { has: ana.locator("a[data-case]") }).first();
  const claimed = (await target.locator("a[data-case]").getAttribute("href"))!;
  await target.getByRole("button", { name: /Claim/ }).click();
  const row = ben.locator("tr", { has: ben.locator(`a[href="${claimed}"]`) });
  await row.getByRole("cell").getByText(/^Ana/).waitFor({ timeout: 40_000 });
  expect(await ben.locator("a[data-case]").allTextContents()).toEqual(before);
});

test("who reported is hidden until somebody says why, for one look", async () => {
  const { page } = await staffAt(browser, app, "Ana", "/queue?holder=unclaimed", { javaScriptEnabled: false });
  const cases = await page.locator("a[data-case]").evaluateAll((links) => links.map((link) => link.getAttribute("href")!));
  const reveal = page.getByText("Show who sent it").first();
  for (const path of cases) {
    await page.goto(path);
    if (await reveal.count()) break;
  }
  const card = page.getByRole("article").filter({ hasText: "Show who sent it" }).first();
  expect(await card.textContent()).not.toContain("@");
  await card.getByText("Show who sent it").click();
  await card.getByLabel("Why do you need to know?").fill("They asked to be called back.");
  await card.getByRole("button", { name: "Show it this once" }).click();
  await page.getByText("Your look is on record").waitFor();
  await page.getByText("looked at who sent").first().waitFor();
  await page.goto(page.url());
  expect(await page.getByText("Your look is on record").count()).toBe(0);
});

test("an auditor reads a case and is offered nothing that changes it", async () => {
  const { page } = await staffAt(browser, app, "Otto", "/queue");
  await page.locator("a[data-case]").first().click();
  await page.waitForURL(/\/cases\//);
  await page.getByRole("heading", { name: "Timeline" }).waitFor();
  for (const name of ["Claim", "Escalate", "Add note", "Close", "Reopen"]) expect(await page.getByRole("button", { name }).count()).toBe(0);
  expect(await page.getByText("Show who sent it").count()).toBe(0);
});

test("nobody gets in without signing in, and comes back to where they wanted to go", async () => {
  const { page } = await openPage(browser, app.url);
  for (const path of ["/queue", "/cases/C-2222-2222", "/accounts", "/search?q=x"]) {
    await page.goto(path);
    expect(new URL(page.url()).pathname).toBe("/sign-in");
    expect(new URL(page.url()).searchParams.get("next")).toBe(path);
  }
});
