import type { Browser, Page } from "playwright";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApp, type TestApp } from "../support/app";
import { demoAccounts } from "#prisma/seed/demo/accounts";
import { launchBrowser, openPage, textOf } from "../support/browser";
import { linksIn } from "../support/inbox";
import { corners, looksRight } from "../support/wcag";

const demoAccount = demoAccounts.find((account) => account.platform === "customerflows")!;

let app: TestApp;
let browser: Browser;
let shot: Buffer;
let mislabelled: Buffer;

beforeAll(async () => {
  app = await startApp();
  browser = await launchBrowser();
  const picture = sharp({ create: { width: 300, height: 200, channels: 3, background: "#884422" } });
  shot = await picture.clone().png().toBuffer();
  mislabelled = await picture.clone().jpeg().toBuffer();
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

const withoutScripts = (more: object = {}) => openPage(browser, app.url, { javaScriptEnabled: false, ...more });
const send = (page: Page) => page.locator("main form button[type=submit]").click();
const png = (name: string, buffer: Buffer) => ({ name, mimeType: "image/png", buffer });

async function fillReport(page: Page, email: string): Promise<void> {
  await page.goto("/report");
  await page.getByRole("link", { name: "CustomerFlows" }).click();
  await page.getByText("WhatsApp messages and opting out").click();
  await page.getByLabel("I still get marketing after I replied STOP").check();
  await page.getByLabel("Name of the business").fill("A business nobody knows");
  await page.getByLabel("Describe it").fill("They write to me every night, although I replied STOP.");
  await page.getByLabel("Your email address").fill(email);
}

test("a person reports without scripts, is told what to mend, gets a receipt, and adds evidence", async () => {
  const { page, complaints, close } = await withoutScripts();
  await fillReport(page, "not an address");
  await page.getByLabel("Add files").setInputFiles([png("really-a-jpeg.png", mislabelled)]);
  await send(page);

  const summary = page.getByRole("alert");
  await expect.poll(() => summary.count()).toBe(1);
  expect(await summary.getAttribute("autofocus")).not.toBeNull();
  expect(await textOf(summary)).toMatch(/“really-a-jpeg.png” says it is a PNG picture, but it is a JPEG picture/);
  expect(await textOf(summary)).toMatch(/Enter an email address/);
  expect(await textOf(summary)).toMatch(/choose them again/);
  expect(await page.getByLabel("Describe it").inputValue()).toContain("every night");
  expect(await page.getByLabel("I still get marketing after I replied STOP").isChecked()).toBe(true);

  await page.getByLabel("Your email address").fill("rosa@mail.example");
  await page.getByLabel("Add files").setInputFiles([png("proof.png", shot)]);
  await send(page);
  await page.getByRole("heading", { name: "Thank you. Your report has arrived." }).waitFor();
  const link = await page.getByLabel("Your private link").inputValue();

  const mail = await app.inbox.waitFor({ to: "rosa@mail.example", subject: /We received your report/ });
  expect(linksIn(mail)).toContain(link);
  expect(mail.text).not.toContain("every night");

  await page.goto(link);
  expect(await textOf(page.locator("main"))).toContain("proof.png");
  await page.getByLabel("Describe it").fill("And again today.");
  await send(page);
  expect(await textOf(page.getByRole("status").first())).toContain("We have added it");
  expect(await textOf(page.locator("#conversation"))).toContain("And again today.");
  expect(complaints).toEqual([]);
  await close();
});

test("telling the same twice leads to the same reference, and the link stays in the mail", async () => {
  const { page, close } = await withoutScripts();
  const references = [];
  for (let times = 0; times < 2; times += 1) {
    await fillReport(page, "twice@mail.example");
    await send(page);
    references.push(/R-[2-9A-Z]{4}-[2-9A-Z]{4}/.exec(await textOf(page.locator("main")))?.[0]);
  }
  expect(references[0]).toMatch(/^R-/);
  expect(references[1]).toBe(references[0]);
  expect(await textOf(page.locator("main"))).toContain("We have this report already.");
  expect(await page.content()).not.toContain("/status/");
  await close();
});

test("speaks Spanish to whoever reads Spanish", async () => {
  const { page, close } = await withoutScripts({ locale: "es-MX" });
  await page.goto("/report?platform=customerflows");
  expect(await page.locator("html").getAttribute("lang")).toBe("es");
  await send(page);
  expect(await textOf(page.getByRole("alert"))).toContain("Elija qué está pasando.");
  await page.getByRole("link", { name: "English" }).click();
  expect(await page.locator("html").getAttribute("lang")).toBe("en");
  await close();
});

test("pages are accessible and fit", async () => {
  const { page, complaints, close } = await openPage(browser, app.url, { viewport: { width: 360, height: 900 } });
  const check = () => looksRight(page, corners);
  await page.goto("/report");
  await check();
  await fillReport(page, "");
  await page.getByLabel("Describe it").fill("x");
  await send(page);
  await page.getByRole("alert").waitFor();
  expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("alert");
  await check();
  await page.getByLabel("Describe it").fill(`Scripts on, ${"long".repeat(60)}.`);
  await page.getByLabel("Add files").setInputFiles([png("proof.png", shot)]);
  await send(page);
  await page.getByRole("heading", { name: "Thank you. Your report has arrived." }).waitFor();
  await check();
  await page.getByRole("link", { name: "See your report" }).click();
  await page.getByRole("heading", { level: 1, name: /Your report R-/ }).waitFor();
  await check();
  expect(complaints).toEqual([]);
  await close();
});

test("an analyst finds the report nobody could place, and puts it into the account's case", async () => {
  const { page, complaints, close } = await openPage(browser, app.url, { viewport: { width: 360, height: 900 } });
  const analyst = app.demo.people.find((person) => person.role === "analyst")!;
  await page.goto("/sign-in?next=/intake");
  await page.getByLabel("Email").fill(analyst.email);
  await page.getByLabel("Password").fill(app.demo.password);
  await send(page);
  await page.getByRole("heading", { name: "Reports to match" }).waitFor();
  await looksRight(page);
  await page.getByRole("link", { name: /A business nobody knows/ }).first().click();
  await page.getByRole("heading", { level: 1, name: /Report R-/ }).waitFor();
  await page.getByLabel("Find an account").fill(demoAccount.name);
  await page.getByRole("button", { name: "Find" }).click();
  await page.getByRole("radio", { name: new RegExp(demoAccount.name) }).first().check();
  await looksRight(page);
  await page.getByRole("button", { name: "Put it into this account’s case" }).click();
  await page.getByText(/The report is now in case C-/).waitFor();
  expect(page.url()).toMatch(/\/cases\/C-/);
  expect(complaints).toEqual([]);
  await close();
});

async function post(path: string, fields: Record<string, string>): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return fetch(app.url + path, { method: "POST", body: form, redirect: "manual" });
}

const whole = { clause: "CF-AUP-3.1.a", description: "They keep writing to me.", language: "en" };

test.each([
  ["NUL bytes", { description: "They keep\u0000 writing to me." }, 302],
  ["direction overrides", { businessName: "\u202Eecnamor\u202C \u2066x\u2069", messageText: "\u202Etxet" }, 302],
  ["4-byte emoji and joiners", { description: "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿🦜🦜🦜 they write" }, 302],
  ["half an emoji", { description: "half \ud83d of it, and more" }, 302],
  ["a megabyte", { description: "a".repeat(1_000_000) }, 422],
  ["a tower of marks", { messageText: `x${"\u0301".repeat(400_000)}` }, 302],
  ["markup and SQL", { businessName: "'; DROP TABLE report; --<script>alert(1)</script>" }, 302],
  ["a clause of another platform", { clause: "XP-AUP-3.1.a" }, 422],
  ["a clause that is none", { clause: "<script>" }, 422],
  ["a day that does not exist", { day: "2026-02-30" }, 422],
  ["a day to come", { day: "2199-01-01" }, 422],
  ["a language that is none", { language: "xx" }, 302],
  ["a key that is none", { idempotencyKey: "1" }, 422],
])("survives %s", async (_what, hostile, status) => {
  const response = await post("/report?platform=customerflows", { ...whole, idempotencyKey: crypto.randomUUID(), ...hostile });
  expect(response.status).toBe(status);
  const body = await response.text();
  expect(body).not.toContain("\u0000");
  expect(body.length).toBeLessThan(600_000);
});

test.each(["/report?platform=nowhere", "/report?lang=%F0%9F%A6%9C", "/report/known?ref=%3Cscript%3E"])("answers %s with a page", async (path) => {
  const response = await fetch(app.url + path);
  expect(response.status).toBe(200);
  expect(await response.text()).not.toContain("<script>alert");
});

test.each(["/report?platform=%00", "/status/%00"])("tells at %s that the address cannot be read", async (path) => {
  const response = await fetch(app.url + path);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain("cannot be read");
});

test.each(["/status/x", `/status/${"A".repeat(43)}`, `/status/${"A".repeat(5_000)}`, "/report/thanks/nothing"])("opens nothing at %s", async (path) => {
  expect((await fetch(app.url + path)).status).toBe(404);
});

test("evidence is no stranger's", async () => {
  const response = await fetch(`${app.url}/files/${crypto.randomUUID()}`, { redirect: "manual" });
  expect(response.status).toBe(302);
  expect(response.headers.get("location")).toContain("/sign-in");
});

test("guessing private links ends with a page that says how long to wait", async () => {
  let response = await fetch(`${app.url}/status/x`);
  for (let tries = 0; tries < 40 && response.status === 404; tries += 1) response = await fetch(`${app.url}/status/${"B".repeat(43)}`);
  expect(response.status).toBe(429);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(60);
  expect(await response.text()).toMatch(/Wait \d+ minutes, then try again/);
});
