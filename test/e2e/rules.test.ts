import type { Browser } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps, type Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { settleRuleMeasure } from "~/modules/enforcement/settle-rule-measure.server";
import { addContact } from "~/modules/platforms/account-contacts.server";
import { countSending } from "~/modules/signals/count-sending.server";
import { shardOf } from "~/modules/signals/event-codes";
import { recordSignal } from "~/modules/signals/record-signal.server";
import { createAccount } from "../factories/account";
import { must } from "../factories/appealed";
import { enforcers } from "../factories/investigation";
import { startApp, type TestApp } from "../support/app";
import { interactive, launchBrowser, openPage, textOf } from "../support/browser";
import { messageEvent } from "../support/message-events";
import { signIn } from "../support/staff-at";
import { storeEvents } from "../support/stored-events";
import { everybodyIsDone } from "../support/tailing";
import { looksRight } from "../support/wcag";

/** What staff set about the detection rules and see of what they find. */
let app: TestApp;
let browser: Browser;
let deps: Deps;
let platformId: string;

beforeAll(async () => {
  app = await startApp();
  browser = await launchBrowser();
  deps = await buildDeps(loadConfig(app.env), "test");
  ({ platformId } = await enforcers(deps));
});
afterAll(async () => {
  if (deps) await closeDeps(deps);
  await browser?.close();
  await app?.stop();
});

test("without scripts, a rule is previewed, refused beside its field, saved, and an account made exempt and not", async () => {
  const { externalId, businessName } = await createAccount(deps.db, { platformId });
  const { page, complaints, close } = await openPage(browser, app.url, { javaScriptEnabled: false });
  await signIn(page, app, "Pam", "/settings/rules");
  await page.getByRole("link", { name: "Automated follow-ups too close together" }).click();
  await page.getByLabel("Least time between two follow-ups").fill("169");
  await page.getByRole("button", { name: "Save version 2" }).click();
  expect(await textOf(page.getByRole("alert"))).toContain("Give a whole number from 1 to 168.");
  expect(await textOf(page.getByRole("alert"))).toContain("Say why, in a sentence");
  await page.getByLabel("Least time between two follow-ups").fill("36");
  await page.getByLabel("Signal and proposal").check();
  await page.getByLabel("Reason").fill("Customers asked for a longer break.");
  await page.getByRole("button", { name: "Show what changes" }).click();
  await page.getByText("24 hours, then 36 hours.").waitFor();
  await page.getByRole("button", { name: "Save version 2" }).click();
  expect(await textOf(page.getByRole("alert"))).toContain("Confirm that the rule may propose measures");
  await page.getByLabel(/may propose interim measures for CF-AUP-4\.4\.b/).check();
  await page.getByRole("button", { name: "Save version 2" }).click();
  expect(await textOf(page.getByRole("alert"))).toContain("Choose");
  await page.getByRole("group", { name: "Features to restrict" }).getByRole("checkbox").last().check();
  await page.getByRole("button", { name: "Save version 2" }).click();
  await page.getByText("Version 2 is in force from now on.").waitFor();
  expect(await textOf(page.locator("#history"))).toContain("confirmed that it may propose interim measures for CF-AUP-4.4.b");

  await page.goto("/settings/rules");
  await page.getByText("Change the threshold").click();
  await page.getByLabel("Points that open a case").fill("1001");
  await page.getByRole("button", { name: "Set the threshold" }).click();
  expect(await textOf(page.getByRole("alert"))).toContain("Give a whole number from 1 to 1,000.");
  await page.getByLabel("Points that open a case").fill("45");
  await page.getByLabel("Why it changes").fill("Too many cases came of single slips.");
  await page.getByRole("button", { name: "Set the threshold" }).click();
  await page.getByText("Signals open a case from 45 points on.").waitFor();
  expect(await textOf(page.locator("#threshold"))).toContain("45 points or more");

  await page.getByText("Exempt an account").click();
  await page.getByLabel("Account", { exact: true }).fill("nobody-knows-it");
  await page.getByLabel("Reason").last().fill("It sends on behalf of the fire brigade.");
  await page.getByRole("button", { name: "Exempt it" }).click();
  expect(await textOf(page.getByRole("alert"))).toContain("no account with that id");
  await page.getByLabel("Account", { exact: true }).fill(externalId);
  await page.getByRole("button", { name: "Exempt it" }).click();
  const held = page.getByRole("listitem").filter({ hasText: businessName }).first();
  await held.getByText("End it").click();
  await held.getByLabel("Why it ends").fill("The contract is over since today.");
  await held.getByRole("button", { name: "End the exemption" }).click();
  await page.getByText("The rule applies to this account again.").waitFor();
  expect(complaints).toEqual([]);
  await close();
});

test("the pages of the rules are legible to everybody, and an analyst only reads them", async () => {
  const { page, complaints, close } = await openPage(browser, app.url);
  await signIn(page, app, "Pam", "/settings/rules");
  await looksRight(page);
  for (const [rule, heading] of [["quiet_hours", "Marketing in quiet hours"], ["opt_out_spike", "Many more opt-outs than usual"], ["missing_consent", "Marketing without consent on record"], ["duplicate_account", "Another account that gets around an action"]] as const) {
    await page.goto(`/settings/rules/customerflows/${rule}`);
    await page.getByRole("heading", { name: heading }).waitFor();
    await looksRight(page);
    expect(await page.getByRole("button", { name: "Try it" }).count()).toBe(rule === "duplicate_account" ? 0 : 1);
  }
  expect(complaints).toEqual([]);
  const missing = await page.request.get("/settings/rules/chatflow/quiet_hours");
  expect(missing.status()).toBe(404);
  await close();

  const reader = await openPage(browser, app.url);
  await signIn(reader.page, app, "Ana", "/settings/rules");
  await reader.page.getByRole("link", { name: "Marketing in quiet hours" }).click();
  await reader.page.getByRole("heading", { name: "History" }).waitFor();
  expect(await reader.page.getByRole("button", { name: /Save/ }).count()).toBe(0);
  expect(reader.complaints).toEqual([]);
  await reader.close();
});

test("a rule is told what to propose, its proposal is answered on the case, and two people let it act by itself", async () => {
  const pam = await openPage(browser, app.url);
  await signIn(pam.page, app, "Pam", "/settings/rules/customerflows/quiet_hours");
  await pam.page.getByLabel("Signal and proposal").check();
  await pam.page.getByLabel(/may propose interim measures for CF-AUP-4\.4\.c/).check();
  await pam.page.getByRole("group", { name: "Features to restrict" }).getByRole("checkbox", { name: "marketing messages" }).check();
  await pam.page.getByLabel("For how many days").fill("5");
  await pam.page.getByRole("textbox", { name: "Reason" }).fill("Night messages hurt people.");
  await pam.page.getByRole("button", { name: "Save version 2" }).click();
  await pam.page.getByText("Version 2 is in force from now on.").waitFor();
  expect(await textOf(pam.page.locator("#now"))).toContain("a 5-day restriction of marketing messages");
  await pam.page.getByText("Ask for it").click();
  await pam.page.getByLabel(/takes effect without a person, for CF-AUP-4\.4\.c/).check();
  await pam.page.getByLabel("Why this cannot wait for a person").fill("Nights cannot wait for the morning.");
  await pam.page.getByRole("button", { name: "Ask a second person" }).click();
  await pam.page.getByText("Waits for a second person").waitFor();
  expect(await pam.page.getByRole("button", { name: /Confirm/ }).count()).toBe(0);

  const account = await createAccount(deps.db, { platformId, businessName: "Midnight Offers" });
  const measures = { breaches: 12, contacts: 9, ambiguous: 0, marketing: 300 };
  const recorded = must(await recordSignal(deps, { kind: "system", name: "signals" }, { accountId: account.id, clauseCode: "CF-AUP-4.4.c", rule: "quiet_hours", ruleVersion: 2, windowStart: "2026-11-20T07:00:00Z", windowEnd: "2026-11-21T07:00:00Z", observed: 12, threshold: 0, score: 60, measures, eventIds: ["night"] }));
  await deps.db.$executeRaw`UPDATE signal SET mode = 'signal_and_interim' WHERE id = ${recorded.signalId!}::uuid`;
  await settleRuleMeasure(deps, recorded.signalId!);
  const { reference } = await deps.db.case.findUniqueOrThrow({ where: { id: recorded.caseId! } });

  const lee = await openPage(browser, app.url);
  await signIn(lee.page, app, "Lee", "/approvals");
  await looksRight(lee.page);
  expect(await textOf(lee.page.locator("#by-rules"))).toContain("Proposed by a rule: a 5-day restriction of marketing messages");
  await lee.page.locator("#switches").getByRole("link", { name: "Marketing in quiet hours" }).click();
  await lee.page.getByRole("button", { name: "Confirm: nobody looks first" }).waitFor();
  await looksRight(lee.page);
  await lee.page.getByRole("button", { name: "Confirm: nobody looks first" }).click();
  await lee.page.getByText("On: nobody looks first").waitFor();
  expect(await textOf(lee.page.locator("#automation"))).toMatch(/Asked for by Pam Kowalski [^]*confirmed by Lee Nakamura/);

  const ana = await openPage(browser, app.url);
  await signIn(ana.page, app, "Ana", `/cases/${reference}`);
  const proposal = ana.page.getByRole("region", { name: "A rule proposes a 5-day restriction of marketing messages" });
  expect(await proposal.getByLabel("What the account holder is told").inputValue()).toContain("12 of 300 marketing messages");
  await looksRight(ana.page);
  await ana.page.getByRole("article", { name: "Signal: Marketing in quiet hours" }).getByRole("link", { name: "1 event" }).click();
  await ana.page.getByRole("heading", { name: "Marketing in quiet hours" }).waitFor();
  await ana.page.goto(`/cases/${reference}`);
  await interactive(ana.page);
  await proposal.getByRole("button", { name: "Accept the measure" }).click();
  await ana.page.locator("#interim").getByText("Off: marketing messages").waitFor();
  const { id } = await deps.db.action.findFirstOrThrow({ where: { accountId: account.id } });
  await ana.page.goto(`/actions/${id}`);
  expect(await textOf(ana.page.locator("#what"))).toMatch(/Ana Reyes, who agreed to what a rule proposed[^]*Detection was automated, the decision partly so/);
  for (const one of [pam, lee, ana]) {
    expect(one.complaints).toEqual([]);
    await one.close();
  }
});

test("the list of signals is narrowed by its address, and a signal shows what proves it", async () => {
  const account = await createAccount(deps.db, { platformId, businessName: "Dawn Deals" });
  const { id: clauseId } = await deps.db.clause.findUniqueOrThrow({ where: { code: "CF-AUP-4.3.b" } });
  const weekAgo = Date.now() - 7 * 86_400_000;
  const at = (minute: number) => new Date(weekAgo + minute * 60_000);
  const signal = { platformId, accountId: account.id, clauseId, ruleVersion: 1, windowStart: at(0), windowEnd: at(1440), threshold: 0, eventIds: ["e1", "e2"], createdAt: at(1500) };
  const shown = newId();
  await deps.db.signal.create({ data: { ...signal, id: shown, rule: "after_opt_out", observed: 2, measures: { breaches: 2, marketing: 40, contacts: 1 }, dedupeKey: shown, score: 31, points: 31 } });
  await deps.db.signal.create({ data: { ...signal, id: newId(), rule: "spacing", mode: "shadow", observed: 1, measures: { breaches: 1 }, dedupeKey: newId(), retractedAt: at(1600) } });
  await deps.db.signalEvent.createMany({ data: ["e1", "e2"].map((eventId, index) => ({ signalId: shown, eventId, occurredAt: at(index), type: "message.sent", category: "marketing", contact: "…4f2a", ambiguous: false })) });
  const { page, complaints, close } = await openPage(browser, app.url);
  await signIn(page, app, "Ana", "/signals");
  await looksRight(page);
  const found = page.getByRole("row").filter({ hasText: "Dawn Deals" });
  expect(await found.count()).toBe(2);
  await page.goto(`/signals?account=${account.externalId}`);
  await interactive(page);
  const fresh = newId();
  await deps.db.signal.create({ data: { ...signal, id: fresh, rule: "quiet_hours", observed: 3, measures: { breaches: 3, marketing: 10 }, dedupeKey: fresh, score: 12, points: 12, createdAt: at(1700) } });
  const bar = page.getByRole("link", { name: "1 new signal — show" });
  // What whoever comes back to the page causes; else it asks every quarter of a minute.
  await expect.poll(async () => (await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange"))), bar.count())).toBe(1);
  expect(await found.count()).toBe(2);
  await bar.click();
  await expect.poll(() => found.count()).toBe(3);
  await bar.waitFor({ state: "detached" });
  await page.goto("/signals?mode=shadow&state=taken_back");
  expect(await found.allInnerTexts()).toEqual([expect.stringContaining("Automated follow-ups")]);
  await page.goto(`/signals?case=with&account=${account.externalId}`);
  await page.getByText("No signal fits").waitFor();
  await page.goto(`/signals?rule=after_opt_out&case=without&account=${account.externalId}&after=nonsense`);
  await page.getByRole("link", { name: "Marketing after an opt-out" }).click();
  await page.getByText("2 breaches of 40 marketing (5 %)").first().waitFor();
  expect(await textOf(page.locator("#proof"))).toContain("…4f2a");
  await looksRight(page);
  const proof = await page.request.get((await page.getByRole("link", { name: "All as a file" }).getAttribute("href"))!);
  expect([proof.status(), await proof.text()]).toEqual([200, expect.stringContaining("e2,2026-11-")]);
  await page.goto("/signals/performance");
  const all = await deps.db.signal.count({ where: { platformId, rule: "after_opt_out" } });
  expect(await textOf(page.getByRole("row").filter({ hasText: "Marketing after an opt-out" }))).toContain(` of ${all} (`);
  await looksRight(page);
  expect(complaints).toEqual([]);
  await close();
});

test("without scripts, an account that is set aside is shown under Lateness, and released by who may", async () => {
  const account = await createAccount(deps.db, { platformId, businessName: "Dusk Deals" });
  await deps.db.$executeRaw`INSERT INTO stream.quarantined_account (account_id, platform_id, shard, place, since, reason) VALUES (${account.id}::uuid, ${platformId}::uuid, ${shardOf(account.id)}::smallint, pg_current_xact_id(), now(), 'database error 22003')`;
  const reader = await openPage(browser, app.url);
  await signIn(reader.page, app, "Ana", "/signals");
  await reader.page.getByText("The events of one account are not judged").waitFor();
  await reader.page.getByRole("link", { name: "See which" }).click();
  await reader.page.getByRole("row").filter({ hasText: "Dusk Deals" }).getByText("Not judged").waitFor();
  await looksRight(reader.page);
  const { page, complaints, close } = await openPage(browser, app.url, { javaScriptEnabled: false });
  await signIn(page, app, "Pam", "/signals/lateness");
  await page.getByRole("button", { name: "Release Dusk Deals" }).click();
  await page.getByText("The account is released.").waitFor();
  expect([complaints, reader.complaints]).toEqual([[], []]);
  await close();
  await reader.close();
});

test("without scripts, a channel is set up and switched off, and days are refused beside their field and set", async () => {
  const { page, complaints, close } = await openPage(browser, app.url, { javaScriptEnabled: false });
  await signIn(page, app, "Ada", "/settings/events");
  await page.goto("/settings/events?platform=xpecto");
  const channel = page.locator("section", { has: page.getByRole("heading", { name: "WhatsApp Cloud API" }) });
  await channel.getByLabel("App secret").fill("short");
  await channel.getByRole("button", { name: "Set up" }).click();
  expect(await textOf(page.getByRole("alert"))).toContain("at least 16 characters");
  await channel.getByLabel("App secret").fill("a-secret-of-the-app");
  await channel.getByLabel("Verify token").fill("a-token-of-our-own");
  await channel.getByRole("button", { name: "Set up" }).click();
  await page.getByText("The channel is set up.").waitFor();
  expect(await page.content()).not.toContain("a-secret-of-the-app");
  await channel.getByText("Say whose a sender is").click();
  await channel.getByLabel("Sender").fill("106540352242922");
  await channel.getByLabel("Account").fill("xp-9999");
  await channel.getByRole("button", { name: "Save" }).click();
  expect(await textOf(page.getByRole("alert"))).toContain("no account with that id");
  expect(await channel.getByRole("textbox", { name: "Sender" }).inputValue()).toBe("106540352242922");
  await channel.getByLabel("Account").fill("xp-2001");
  await channel.getByRole("button", { name: "Save" }).click();
  await channel.getByText("1 with an account").waitFor();
  await channel.getByRole("button", { name: "Switch off" }).click();
  await channel.getByText("Switched off", { exact: true }).waitFor();
  await page.getByText("Change it").click();
  await page.getByLabel("Days").fill("33");
  await page.getByLabel("Why it changes").fill("The lawyers asked for it.");
  await page.getByRole("button", { name: "Set the days" }).click();
  expect(await textOf(page.getByRole("alert"))).toContain("The rules look further back");
  await page.getByLabel("Days").fill("60");
  await page.getByRole("button", { name: "Set the days" }).click();
  await page.getByText("Events are kept for 60 days from now on.").waitFor();
  const seen = await openPage(browser, app.url);
  await signIn(seen.page, app, "Ada", "/settings/events");
  await looksRight(seen.page);
  expect([complaints, seen.complaints]).toEqual([[], []]);
  await seen.close();
  await close();
});

test("sender health has its days in a picture and in numbers, and a range by its address", async () => {
  const account = await createAccount(deps.db, { platformId, businessName: "Slow Mail" });
  const now = Date.now();
  const rows: [type: number, category: number, hoursAgo: number, contact: number][] = [[1, 1, 30, 1], [1, 1, 29, 1], [1, 1, 28, 2], [2, 1, 28, 1], [2, 1, 27, 2], [3, 1, 27, 1], [5, 1, 26, 1], [1, 4, 30, 3], [1, 4, 20, 3]];
  await deps.db.$executeRaw`
    INSERT INTO stream.message_event (occurred_at, received_at, shard, type, category, more_requested, platform_id, account_id, contact, event_id)
    SELECT at, at, ${shardOf(account.id)}::smallint, type, category, false, ${platformId}::uuid, ${account.id}::uuid, contact, id
      FROM json_to_recordset(${JSON.stringify(rows.map(([type, category, hoursAgo, contact], index) => ({ at: new Date(now - hoursAgo * 3_600_000), type, category, contact: `00000000-0000-4000-8000-00000000000${contact}`, id: `${account.id}-${index}` })))}::json)
        AS e(at timestamptz, type smallint, category smallint, contact uuid, id text)`;
  await deps.db.$transaction((tx) => addContact(tx, deps.crypto, { accountId: account.id, kind: "email", value: "owner@slow-mail.example", createdAt: new Date() }));
  await everybodyIsDone(deps);
  await countSending(deps);
  const { page, complaints, close } = await openPage(browser, app.url, { javaScriptEnabled: false });
  await signIn(page, app, "Ana", "/accounts");
  await page.goto(`/accounts/${account.id}`);
  await page.getByRole("link", { name: "Sender health" }).click();
  const facts = await textOf(page.locator("#totals"));
  for (const told of ["2 of 5 (40 %)", "1 of 5 (20 %)", "1 of 2 (50 %)"]) expect(facts).toContain(told);
  await page.goto(`/accounts/${account.id}/health?from=2000-01-01&to=2000-01-01`);
  expect(await textOf(page.locator("#totals"))).not.toContain("40 %");
  await page.getByRole("button", { name: "Send the holder a link" }).click();
  expect(await textOf(page.locator("main"))).toContain("The link is on its way to one address.");
  const { textSealed } = await deps.db.notice.findFirstOrThrow({ where: { accountId: account.id, kind: "sender_health" } });
  const shared = new URL(/https?:\/\/\S+\/sending\/\S+/.exec(deps.crypto.open(textSealed, "notice.text"))![0]).pathname;
  await page.context().clearCookies();
  await page.goto(`${shared}?lang=es`);
  expect(await textOf(page.locator("#figures"))).toContain("2 de 5 (40 %)");
  expect(await page.locator("meta[name=referrer]").getAttribute("content")).toBe("no-referrer");
  expect(complaints).toEqual([]);
  await close();
  const styled = await openPage(browser, app.url);
  await signIn(styled.page, app, "Ana", "/accounts");
  await styled.page.goto(`/accounts/${account.id}/health`);
  await looksRight(styled.page);
  await interactive(styled.page);
  await styled.page.setViewportSize({ width: 360, height: 900 });
  const overTheEnd = await styled.page.locator("#days svg[role=img]").evaluate((svg) => svg.getBoundingClientRect().right - svg.parentElement!.getBoundingClientRect().right);
  expect(overTheEnd, "a narrow window shows the newest days first").toBeLessThan(1);
  await styled.page.setViewportSize({ width: 1280, height: 900 });
  const chart = (await styled.page.locator("#days svg[role=img]").boundingBox())!;
  await styled.page.mouse.move(chart.x + chart.width * 0.95, chart.y + 40);
  await styled.page.mouse.down();
  await styled.page.mouse.move(chart.x + chart.width * 0.995, chart.y + 40, { steps: 4 });
  await styled.page.mouse.up();
  await styled.page.waitForURL(/from=.*&to=/);
  await styled.page.getByRole("heading", { name: "By hour" }).waitFor();
  await styled.page.getByRole("slider", { name: "From" }).press("ArrowRight");
  await styled.page.getByRole("button", { name: "Show this part" }).press("Enter");
  await styled.page.waitForURL(/fromHour=1/);
  await styled.page.goto(shared);
  await looksRight(styled.page);
  expect(styled.complaints).toEqual([]);
  await styled.close();
});

test("a change is tried over stored events without scripts: refused beside its day, seen to run by reloading, and its result shows who appears", async () => {
  const account = await createAccount(deps.db, { platformId, businessName: "Quick Follow-ups" });
  const yesterday = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 86_400_000;
  const sent = (name: string, hours: number) => messageEvent({ id: `quick-${name}`, accountId: account.id, contact: "one", category: "automated", occurredAt: yesterday + hours * 3_600_000 });
  await storeEvents(deps, platformId, [sent("a", -40), sent("b", 0.5)], new Date(Date.now() - 60_000).toISOString());
  const { page, complaints, close } = await openPage(browser, app.url, { javaScriptEnabled: false });
  await signIn(page, app, "Pam", "/settings/rules/customerflows/spacing");
  await page.getByLabel("Least time between two follow-ups").fill("168");
  const firstDay = page.locator("#rule-firstDay");
  const chosen = await firstDay.inputValue();
  await firstDay.fill("2020-01-01");
  await page.getByRole("button", { name: "Try it" }).click();
  expect(await textOf(page.getByRole("alert"))).toContain("are not stored any more");
  expect(await page.getByLabel("Least time between two follow-ups").inputValue()).toBe("168");
  await firstDay.fill(chosen);
  await page.getByRole("button", { name: "Try it" }).click();
  await page.waitForURL(/\/backtests\//);
  const pill = page.locator("#backtest header");
  await expect.poll(async () => (await page.reload(), pill.innerText()), { timeout: 60_000 }).toContain("Finished");
  await page.getByRole("link", { name: /Appears/ }).click();
  const found = page.getByRole("row").filter({ hasText: "Quick Follow-ups" });
  expect(await textOf(found)).toContain("Not decided");
  const csv = await page.request.get(`/backtests/${page.url().match(/backtests\/([0-9a-f-]+)/)![1]}/accounts.csv`);
  expect(await csv.text()).toContain("Quick Follow-ups,Appears,0,0,0,1,1,Not decided");
  expect(complaints).toEqual([]);
  const seen = await openPage(browser, app.url);
  await signIn(seen.page, app, "Ana", new URL(page.url()).pathname);
  await looksRight(seen.page);
  expect(await seen.page.getByRole("row").filter({ hasText: "Quick Follow-ups" }).count()).toBe(1);
  expect(seen.complaints).toEqual([]);
  await seen.close();
  await close();
});
