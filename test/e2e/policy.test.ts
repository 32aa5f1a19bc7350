import type { Browser } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApp, type TestApp } from "../support/app";
import { launchBrowser, openPage, textOf } from "../support/browser";
import { signIn } from "../support/staff-at";
import { looksRight } from "../support/wcag";

/** A change of a policy, from the first word to what the public reads. */
let app: TestApp;
let browser: Browser;

beforeAll(async () => {
  app = await startApp();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

test("a version is written, handed in, agreed to by a second person, and everybody can read what changes", async () => {
  const writer = await openPage(browser, app.url);
  const { page } = writer;
  await signIn(page, app, "Pam", "/policy-versions");
  await looksRight(page);
  await page.getByRole("button", { name: "Write a new version of CustomerFlows acceptable use policy" }).click();
  await page.getByText("Nothing differs yet").waitFor();

  await page.getByRole("link", { name: "Bulk messages without opt-in" }).click();
  await page.getByLabel("Text", { exact: true }).fill("Sending many messages to people of whom there is **no record of consent**.");
  await page.locator("#difference ins").first().waitFor();
  expect(await textOf(page.locator("#shown strong"))).toBe("no record of consent");
  await looksRight(page);
  await page.keyboard.press("Control+Enter");
  await page.getByText("CF-AUP-3.1.a is saved.").waitFor();
  expect(await page.getByRole("button", { name: "Hand in" }).isDisabled()).toBe(true);

  await page.getByLabel("What changes, in plain words").fill("Businesses must keep a record of each person’s consent.");
  await page.getByLabel("Why it is, or is not").fill("It asks more of account holders than before.");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("The summary is saved.").waitFor();
  await page.getByRole("button", { name: "Hand in" }).click();
  await page.getByText("Somebody else has to agree").waitFor();
  await looksRight(page);

  const reviewer = await openPage(browser, app.url, { javaScriptEnabled: false });
  await signIn(reviewer.page, app, "Pete", new URL(page.url()).pathname);
  const day = reviewer.page.getByLabel("In force from the start of");
  const earliest = await day.inputValue();
  await day.fill(`${Number(earliest.slice(0, 4)) + 2}${earliest.slice(4)}`);
  await reviewer.page.getByRole("button", { name: "Agree, publish and tell everybody" }).click();
  expect(await textOf(reviewer.page.getByRole("alert"))).toContain("within a year");
  await day.fill(`${Number(earliest.slice(0, 4))}${earliest.slice(4)}`);
  await reviewer.page.getByRole("button", { name: "Agree, publish and tell everybody" }).click();
  await reviewer.page.getByText("Published. The change is posted on the website.").waitFor();

  const reader = await openPage(browser, app.url);
  await reader.page.goto("/policies/customerflows/CF-AUP");
  await reader.page.getByText("This policy changes on").waitFor();
  expect(await reader.page.locator("script").count()).toBe(0);
  await reader.page.getByRole("link", { name: "See what changes in version 2" }).click();
  expect(await textOf(reader.page.locator("del").last())).toContain("never agreed");
  expect(await textOf(reader.page.locator("ins").last())).toContain("no record of consent");
  await looksRight(reader.page);
  await reader.page.getByRole("link", { name: "Versions and changes" }).click();
  await looksRight(reader.page);

  const first = await fetch(`${app.url}/policies/customerflows/CF-AUP/versions/2/changes`);
  const tag = first.headers.get("etag")!;
  expect([first.headers.get("cache-control"), (await fetch(first.url, { headers: { "If-None-Match": tag } })).status]).toEqual(["public, max-age=60, must-revalidate", 304]);
  const feed = await (await fetch(`${app.url}/policies/customerflows/CF-AUP/feed.atom`)).text();
  expect(await page.evaluate((xml) => new DOMParser().parseFromString(xml, "application/xml").querySelector("parsererror, entry > title")?.textContent, feed)).toContain("version 2");
  expect(await (await fetch(`${app.url}/policies/customerflows/CF-AUP/versions/2/version.json`)).json()).toMatchObject({ number: 2, state: "upcoming", changes: [{ code: "CF-AUP-3.1.a", kind: "changed", fields: ["body"] }] });
  expect([...writer.complaints, ...reviewer.complaints, ...reader.complaints].filter((text) => !/ERR_ABORTED/.test(text))).toEqual([]);
  await Promise.all([writer.close(), reviewer.close(), reader.close()]);
});

test("a policy is started, keeps what was typed until nothing is missing, and goes again with its discarded draft", async () => {
  const writer = await openPage(browser, app.url);
  const { page } = writer;
  await signIn(page, app, "Pam", "/policy-versions");
  await page.getByRole("link", { name: "New policy" }).click();
  await page.getByLabel("Platform", { exact: true }).selectOption("casaflow");
  await page.getByLabel("Code", { exact: true }).fill("CASA-FEES");
  await page.getByLabel("What it is about").selectOption("acceptable_use");
  await page.getByLabel("Title", { exact: true }).fill("CasaFlow rules about fees");
  await page.getByRole("button", { name: "Start the policy" }).click();
  await page.getByText("Look at the code once more and tick this.").first().waitFor();
  expect(await page.getByLabel("Code", { exact: true }).inputValue()).toBe("CASA-FEES");
  await page.getByLabel("The code is right").check();
  await page.getByRole("button", { name: "Start the policy" }).click();
  await page.getByText("The policy has its first draft.").waitFor();
  await looksRight(page);

  await page.locator("summary", { hasText: "Discard this draft" }).click();
  await page.getByLabel("Why it is discarded").fill("Fees stand in the terms.");
  await page.getByRole("button", { name: "Discard version 1" }).click();
  await page.getByText("The draft is discarded.").waitFor();
  await page.getByText("CasaFlow privacy policy").first().waitFor();
  expect(await page.getByText("CASA-FEES").count()).toBe(0);
  expect(writer.complaints.filter((text) => !/ERR_ABORTED/.test(text))).toEqual([]);
  await writer.close();
});
