import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addCivilDays, startOfCivilDay } from "~/infra/civil-day";
import { loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps, type Deps } from "~/infra/deps.server";
import { addContact } from "~/modules/platforms/account-contacts.server";
import { aCampaign, aScheduledVersion } from "../factories/campaign";
import { aPlatform } from "../factories/platform";
import { startApp, type TestApp } from "../support/app";
import { launchBrowser, openPage, textOf, type WatchedPage } from "../support/browser";
import { staffAt } from "../support/staff-at";
import { startUnrulySink, type Mood, type UnrulySink } from "../support/unruly-sink";
import { looksRight } from "../support/wcag";

/** What the mail server does, by address, with the first try and with every later one. */
const moods = new Map<string, [first: Mood, later: Mood]>();
const open: WatchedPage[] = [];
let app: TestApp;
let browser: Browser;
let deps: Deps;
let sink: UnrulySink;

beforeAll(async () => {
  sink = await startUnrulySink((address, tryNumber) => moods.get(address)?.[tryNumber === 1 ? 0 : 1] ?? "take", { keep: true });
  app = await startApp({ SMTP_URL: sink.url });
  browser = await launchBrowser();
  deps = await buildDeps(loadConfig(app.env), "test");
});
afterAll(async () => {
  for (const watched of open) await watched.close();
  if (deps) await closeDeps(deps);
  await browser?.close();
  await app?.stop();
  await sink?.close();
});

const emailOf = (first: string): string => app.demo.people.find(({ name }) => name.startsWith(first))!.email;

async function signedIn(first: string, next: string, options: Parameters<typeof openPage>[2] = {}): Promise<Page> {
  const watched = await staffAt(browser, app, first, next, options);
  open.push(watched);
  return watched.page;
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const unfold = (page: Page, text: string) => page.locator("summary", { hasText: text }).first().click();

/** Loads the page anew until it says so: what background work comes to is awaited, however long it takes here. */
const comesToSay = (page: Page, text: string | RegExp) =>
  expect.poll(async () => (await page.reload(), await page.getByRole("main").innerText()), { timeout: 90_000, interval: 500 }).toMatch(text);

/** The address of a demo account, and how the mail server treats it. */
async function mailboxOf(externalId: string, first: Mood, later: Mood): Promise<{ id: string; address: string }> {
  const { id, contacts } = await deps.db.account.findFirstOrThrow({ where: { externalId }, include: { contacts: { where: { kind: "email" } } } });
  const address = deps.crypto.open(contacts[0]!.sealed, "account.email");
  moods.set(address, [first, later]);
  return { id, address };
}

test("a change goes from its first word through refused mail and a person's telephone call to the day it is in force", async () => {
  const [moved, lost, away] = [await mailboxOf("xp-2003", "refuse", "refuse"), await mailboxOf("xp-2004", "refuse", "refuse"), await mailboxOf("xp-2006", "refuse", "take")];
  await addContact(deps.db, deps.crypto, { accountId: moved.id, kind: "email", value: "second@lotus.example", createdAt: deps.clock().toJSDate() });

  const writer = await signedIn("Pam", "/policy-versions");
  await press(writer, "Write a new version of Xpecto acceptable use policy");
  await writer.getByRole("link", { name: "Promoting something unrelated" }).click();
  await writer.getByLabel("Text", { exact: true }).fill("Using the API to advertise what the business does not sell itself.");
  await press(writer, "Save");
  await writer.getByText("XP-AUP-3.1.b is saved.").waitFor();
  await writer.getByLabel("What changes, in plain words").fill("Businesses may only advertise what they sell themselves.");
  await writer.getByLabel("Why it is, or is not").fill("It forbids what was allowed before.");
  await press(writer, "Save");
  await writer.getByText("The summary is saved.").waitFor();
  await press(writer, "Hand in");
  await writer.getByText("Somebody else has to agree").waitFor();
  const version = new URL(writer.url()).pathname;

  const admin = await signedIn("Ada", version);
  await unfold(admin, "A law asks for less time");
  await admin.getByLabel("Effective day by law").fill(addCivilDays(deps.clock().toISODate()!, 5));
  await admin.getByLabel("The law, and what it asks for").fill("A law.");
  await press(admin, "Ask a second person");
  await admin.getByText("Name the law and what it asks for, in a sentence.").first().waitFor();
  expect(await admin.getByLabel("The law, and what it asks for").inputValue()).toBe("A law.");
  await admin.getByLabel("The law, and what it asks for").fill("Order 2026/17 of the regulator asks for it by then.");
  await press(admin, "Ask a second person");
  await admin.getByText("A second person has to agree.").waitFor();

  const reviewer = await signedIn("Pete", version);
  await press(reviewer, "Agree: less time is given");
  await reviewer.getByText("can be chosen as well").waitFor();
  await press(reviewer, "Send me a test");
  await expect.poll(() => sink.mailTo(emailOf("Pete")), { timeout: 60_000 }).toContain("[Test]");
  expect(await textOf(reviewer.locator("#earliest"))).toMatch(/messages a second[^]*14 whole days in Asia\/Kolkata/);
  await looksRight(reviewer);
  const day = addCivilDays(await textOf(reviewer.locator("#earliest strong")), 3);
  await reviewer.getByLabel("In force from the start of").fill(day);
  await press(reviewer, "Agree, publish and tell everybody");
  await reviewer.getByRole("link", { name: "Who was told so far" }).click();
  await reviewer.getByRole("heading", { name: "Who was told" }).waitFor();

  await press(reviewer, "Send me a test");
  await expect.poll(() => sink.taken.get(emailOf("Pete"))?.times, { timeout: 60_000 }).toBe(2);
  await comesToSay(reviewer, /Not reached: 2/);
  await expect.poll(() => sink.taken.has("second@lotus.example"), { timeout: 60_000 }).toBe(true);
  await press(reviewer, "Try 2 again");
  await expect.poll(() => sink.taken.has(away.address), { timeout: 60_000 }).toBe(true);
  await comesToSay(reviewer, /Not reached: 1[^]*Banyan Mobile Store/);
  await unfold(reviewer, "Record that they were told");
  await looksRight(reviewer);
  await reviewer.getByLabel("How they were told").fill("By telephone, with Ms Rao.");
  await reviewer.getByLabel("When, by the clocks of Asia/Kolkata").fill("2099-01-01T10:00");
  await press(reviewer, "Record it");
  await reviewer.locator(`#settle-${lost.id}-toldAt-error`).waitFor();
  expect(await reviewer.getByLabel("How they were told").inputValue()).toBe("By telephone, with Ms Rao.");
  await reviewer.getByLabel("When, by the clocks of Asia/Kolkata").fill(deps.clock().setZone("Asia/Kolkata").toFormat("yyyy-MM-dd'T'HH:mm:ss"));
  await press(reviewer, "Record it");
  await reviewer.getByText("It is on record that they were told.").waitFor();
  await comesToSay(reviewer, /Complete/);
  expect(sink.taken.has(lost.address)).toBe(false);
  for (const [name, begins] of [["Both, as a ZIP file", "PK"], ["Addresses (CSV)", "account_id"], ["Signed proof", "{"]] as const) {
    const file = await reviewer.request.get((await reviewer.getByRole("link", { name, exact: true }).getAttribute("href"))!);
    expect([name, file.status(), (await file.text()).slice(0, begins.length)]).toEqual([name, 200, begins]);
  }

  expect(await (await fetch(`${app.url}/policies/xpecto/XP-AUP`)).text()).toContain("This policy changes on");
  await app.moveClock({ set: `${day}T12:00:00Z` });
  const reader = await openPage(browser, app.url, { javaScriptEnabled: false });
  open.push(reader);
  await reader.page.goto("/policies/xpecto/XP-AUP");
  await comesToSay(reader.page, /advertise what the business does not sell itself/);
  expect(await reader.page.getByText("Last updated").locator("time").getAttribute("datetime")).toBe(day);
  expect(open.flatMap(({ complaints }) => complaints).filter((text) => !/ERR_ABORTED/.test(text))).toEqual([]);
});

test("a held version gets its later day from a person, and every form of its campaign keeps what was typed and does what it says", async () => {
  const platform = await aPlatform(deps);
  const day = deps.clock().plus({ days: 9 }).toISODate()!;
  const { version } = await aScheduledVersion(deps, { platformId: platform.id, day: addCivilDays(day, 90) });
  const { campaignId, accounts } = await aCampaign(deps, { platformId: platform.id, versionId: version.id, day, state: "sending", told: [deps.clock().minus({ hours: 2 }).toISO()!, { state: "waiting" }, { state: "unreachable" }] });
  await deps.db.policyNoticeDomain.createMany({ data: [{ campaignId, domain: "", freeAt: new Date() }, { campaignId, domain: "shop.example", messages: 3, freeAt: new Date() }] });
  // Nobody's turn comes while the page is looked at.
  await deps.db.policyNoticeMessage.updateMany({ where: { campaignId, accountId: accounts[1]!.id }, data: { dueAt: deps.clock().plus({ years: 2 }).toJSDate() } });
  await deps.db.policyNoticeCampaign.update({ where: { id: campaignId }, data: { heldSince: deps.clock().toJSDate(), heldReason: "not_everybody_told" } });
  // Only now does it have the day it cannot keep: a version without a campaign is no case for the worker beside us.
  await deps.db.policyVersion.update({ where: { id: version.id }, data: { effectiveFrom: startOfCivilDay(day, platform.zone).toJSDate() } });
  const campaign = `/notices/campaigns/${campaignId}`;

  const pam = await signedIn("Pam", campaign);
  await looksRight(pam);
  const offered = await pam.getByLabel("New effective day").inputValue();
  await pam.getByLabel("New effective day").fill(addCivilDays(offered, -1));
  await pam.getByLabel("Why it moves").fill("Mail servers were away.");
  await press(pam, "Accept this day");
  await expect.poll(() => pam.locator("#move-effectiveOn-error").allInnerTexts()).toEqual([expect.stringContaining(offered)]);
  expect(await pam.getByLabel("Why it moves").inputValue()).toBe("Mail servers were away.");
  await pam.getByLabel("New effective day").fill(addCivilDays(offered, 3));
  // The page asks every two seconds how far the campaign is; what was done is told although its answer takes longer.
  await pam.route(/\.data/, async (route) => {
    const response = await route.fetch();
    if (route.request().method() === "GET") await sleep(2_500);
    await route.fulfill({ response }).catch(() => undefined);
  });
  await press(pam, "Accept this day");
  await pam.getByText("The version waits for the new day.").waitFor();
  await pam.unrouteAll({ behavior: "ignoreErrors" });
  expect(await pam.getByRole("button", { name: "Accept this day" }).count()).toBe(0);

  const ada = await signedIn("Ada", campaign);
  await unfold(ada, "A law asks for less time");
  await ada.getByLabel("The law, and what it asks for").fill("Order 2026/17 of the regulator asks for it by then.");
  await press(ada, "Ask a second person");
  await ada.getByText("A second person has to agree.").waitFor();

  const pete = await signedIn("Pete", campaign, { javaScriptEnabled: false });
  await press(pete, "Refuse");
  await pete.getByText("Your answer is on record.").waitFor();
  await press(pete, "Pause");
  expect(await textOf(pete.locator("#pause-reason-error"))).toBe("Say why.");
  await pete.getByLabel("Why it pauses").fill("The mail server complains.");
  await press(pete, "Pause");
  await pete.getByText("Paused: The mail server complains.").waitFor();
  await press(pete, "Go on");
  await pete.getByText("It goes on.").waitFor();
  await unfold(pete, "Record that they were told");
  await pete.getByLabel("How they were told").fill("By letter.");
  await press(pete, "Record it");
  expect([await textOf(pete.locator(`#settle-${accounts[2]!.id}-toldAt-error`)), await pete.getByLabel("How they were told").inputValue()]).toEqual(["Say when they were told.", "By letter."]);
  await unfold(pete, "Stop for good");
  await pete.getByLabel("Why it stops").fill("A clause is wrong.");
  await press(pete, "Stop the campaign");
  await pete.getByText("This campaign was stopped").waitFor();
  await pam.reload();
  await looksRight(pam);
});
