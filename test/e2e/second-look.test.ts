import type { Browser } from "playwright";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps, type Deps } from "~/infra/deps.server";
import { sampleDecisions } from "~/modules/calibration/sample-decisions.server";
import { applyInterimMeasure } from "~/modules/enforcement/apply-interim-measure.server";
import { approveDecision } from "~/modules/enforcement/approve-decision.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { extendInterimMeasure } from "~/modules/enforcement/extend-interim-measure.server";
import { keepEvidence } from "~/modules/intake/keep-evidence.server";
import { draftReferral } from "~/modules/referrals/draft-referral.server";
import { decided, filed, must } from "../factories/appealed";
import { anInvestigation, aViolation, enforcers } from "../factories/investigation";
import { startApp, type TestApp } from "../support/app";
import { launchBrowser, openPage, textOf } from "../support/browser";
import { linksIn } from "../support/inbox";
import { pdfOf } from "../support/pdf";
import { signIn } from "../support/staff-at";
import { looksRight } from "../support/wcag";

/** What a second person does about a first one's decision: an appeal with a question, a blind review, more days of a measure, what an agency gets to see, and what an admin sets around them. */
let app: TestApp;
let browser: Browser;
let deps: Deps;
let ana: Awaited<ReturnType<typeof enforcers>>["ana"];
let lee: typeof ana;
let platformId: string;

beforeAll(async () => {
  app = await startApp();
  browser = await launchBrowser();
  deps = await buildDeps(loadConfig(app.env), "test");
  ({ platformId, ana, lee } = await enforcers(deps));
});
afterAll(async () => {
  if (deps) await closeDeps(deps);
  await browser?.close();
  await app?.stop();
});

test("a reviewer asks, the clock stands still, the account holder answers without scripts, the clock goes on", async () => {
  const on = await decided(deps, ana, platformId, { informed: false });
  const statement = await app.inbox.waitFor({ to: on.found.ownerEmail, subject: /our decision about your account/ });
  const standing = linksIn(statement).find((link) => link.includes("/standing/"))!;
  const { reference } = must(await filed(deps, on));

  const { page, complaints, close } = await openPage(browser, app.url);
  await signIn(page, app, "Rita", "/appeals");
  await page.goto(`/appeals/${reference}`);
  await page.getByRole("button", { name: "Take this appeal" }).click();
  await page.getByText("Ask the account holder something").click();
  await page.getByRole("button", { name: "Send the question" }).click();
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Question", { exact: true }).fill("Which form did the two contacts sign, and on which day?");
  await looksRight(page);
  await page.getByRole("button", { name: "Send the question" }).click();
  await page.getByText("Which form did the two contacts sign").first().waitFor();
  const mail = await app.inbox.waitFor({ to: on.found.ownerEmail, text: /Which form did the two contacts sign/ });
  expect(linksIn(mail).some((link) => link.includes("/standing/"))).toBe(true);
  await expect.poll(async () => (await deps.db.appealQuestion.findFirstOrThrow({ where: { appeal: { reference } } })).pausedAt, { timeout: 30_000 }).not.toBeNull();
  await page.reload();
  await page.getByText("The clock stands still").first().waitFor();
  await looksRight(page);
  await page.goto("/appeals");
  await page.getByText("Clock paused").filter({ visible: true }).first().waitFor();
  await looksRight(page);

  const holder = await openPage(browser, app.url, { javaScriptEnabled: false });
  await holder.page.goto(standing);
  await holder.page.getByText("We asked you something").waitFor();
  await holder.page.getByRole("button", { name: "Send the answer" }).click();
  expect(await textOf(holder.page.getByRole("alert"))).toContain("Write something or choose a file.");
  await holder.page.getByLabel("Your answer").fill("Form 12, on 2 November.");
  await holder.page.getByRole("button", { name: "Send the answer" }).click();
  expect(await textOf(holder.page.getByRole("status").first())).toContain("We have your answer and go on.");
  expect(holder.complaints).toEqual([]);
  await holder.close();

  await page.goto(`/appeals/${reference}`);
  const said = await textOf(page.locator("#questions"));
  expect(said).toContain("Form 12, on 2 November.");
  expect(said).toContain("Answered");
  expect(said).not.toContain("The clock stands still");
  expect(complaints).toEqual([]);
  await close();
});

test("the blind review page holds nothing of the first decision anywhere in what the browser is sent", async () => {
  const first = await decided(deps, ana, platformId);
  await deps.db.calibrationSample.deleteMany({ where: { state: "pending" } });
  await deps.db.platform.update({ where: { id: platformId }, data: { calibrationShareBp: 10_000 } });
  await sampleDecisions(deps);
  await deps.db.calibrationSample.deleteMany({ where: { decisionId: { not: first.decisionId }, state: "pending" } });

  const { page, complaints, close } = await openPage(browser, app.url);
  const sent: string[] = [];
  page.on("response", (response) => {
    if (/json|html|turbo-stream|x-script/.test(response.headers()["content-type"] ?? "")) void response.text().then((text) => sent.push(text), () => undefined);
  });
  await signIn(page, app, "Ben", "/insights/calibration");
  sent.length = 0;
  await page.getByRole("button", { name: "Review the next sample" }).click();
  await page.getByRole("heading", { name: "A second look", level: 1 }).waitFor();
  const html = await (await page.request.get(page.url())).text();
  const asData = await (await page.request.get(`${page.url()}.data`)).text();
  const decision = await deps.db.decision.findUniqueOrThrow({ where: { id: first.decisionId }, include: { actions: true, strikes: true, case: true, statements: true, account: true } });
  const secrets = [
    decision.id, decision.reference, decision.rationale, decision.facts, decision.caseId, decision.case.reference, decision.accountId, decision.account.businessName, ana.id, ana.name,
    ...decision.statements.flatMap(({ id, subject, puid }) => [id, subject, puid]), ...decision.strikes.map(({ id }) => id), ...decision.actions.flatMap(({ id, reference, reason }) => [id, reference, reason]),
    "chosenRung", "recommendedRung", "deciderId", "in_effect", "decidedAt", ...first.found.reports.map(({ id }) => id), ...first.found.reporterEmails,
  ].filter((secret): secret is string => Boolean(secret));
  expect(secrets.length).toBeGreaterThan(20);
  for (const told of [html, asData, await page.content(), ...sent]) {
    expect(told.length).toBeGreaterThan(0);
    for (const secret of secrets) expect(told.includes(secret) ? secret : null).toBeNull();
  }
  expect(html).toContain("What you find");
  await looksRight(page);
  await page.getByRole("button", { name: "Record what I find" }).click();
  await page.getByRole("alert").waitFor();
  await page.getByLabel("No violation").check();
  await page.getByLabel("Why").fill("Nothing in the reports shows that the contact had opted out.");
  await page.getByRole("button", { name: "Record what I find" }).click();
  await page.getByText("Your look is recorded").waitFor();
  expect(complaints).toEqual([]);
  await close();
});

test("an appeal by the public form is filed unconfirmed, whoever sent it; the mail to the account's address confirms it", async () => {
  const on = await decided(deps, ana, platformId);
  const { page, complaints, close } = await openPage(browser, app.url, { javaScriptEnabled: false });
  await page.goto("/appeal");
  await page.getByRole("link", { name: "Español" }).click();
  expect(await textOf(page.getByRole("heading", { level: 1 }))).toBe("Apelar una decisión sobre su cuenta");
  const answers: string[] = [];
  for (const email of ["stranger@nowhere.example", on.found.ownerEmail]) {
    await page.goto("/appeal?lang=en");
    await page.getByLabel("Platform").selectOption("customerflows");
    await page.getByLabel("Email of the account").fill(email);
    await page.getByLabel("What was decided?").fill("You suspended us.");
    await page.getByLabel("Why are we wrong?").fill("Both contacts had signed our form.");
    await page.getByRole("button", { name: "Send the appeal" }).click();
    await page.getByRole("status").waitFor();
    answers.push(`${new URL(page.url()).search} ${await textOf(page.locator("main"))}`);
  }
  expect(answers[1]).toBe(answers[0]);
  const receipt = await app.inbox.waitFor({ to: on.found.ownerEmail, subject: /We received your appeal/ });
  const reference = /AP-[2-9A-Z]{4}-[2-9A-Z]{4}/.exec(receipt.subject)![0];

  const staff = await openPage(browser, app.url);
  await signIn(staff.page, app, "Rita", "/appeals");
  await staff.page.goto(`/appeals/${reference}`);
  await staff.page.getByText("Not confirmed").first().waitFor();
  expect(await textOf(staff.page.locator("main"))).toContain("by the public form or by mail that proves no sender, not confirmed by the account’s address");

  await page.goto(linksIn(receipt).find((link) => link.includes("/standing/"))!);
  await page.getByText("Did you send this appeal?").waitFor();
  await page.getByRole("link", { name: "Español" }).click();
  await page.getByRole("button", { name: "Sí, es nuestra" }).click();
  expect(await textOf(page.getByRole("status").first())).toBe("Gracias. La apelación cuenta como suya.");
  await staff.page.reload();
  await staff.page.getByRole("heading", { name: "The appeal", exact: true }).waitFor();
  expect(await textOf(staff.page.locator("main"))).not.toContain("Not confirmed");
  expect([...complaints, ...staff.complaints]).toEqual([]);
  await close();
  await staff.close();
});

test("an admin sets what goes to the transparency database, with errors beside the fields, and nobody else does", async () => {
  const { page, complaints, close } = await openPage(browser, app.url);
  await signIn(page, app, "Ada", "/settings/transparency");
  await page.getByText("Change it for Xpecto").click();
  const form = page.locator("form#transparency-xpecto");
  await form.getByLabel("Hand them to the transparency database").check();
  await form.getByLabel("Spain").check();
  await form.getByRole("button", { name: "Save" }).click();
  expect(await textOf(page.getByRole("alert"))).toContain("Say why, in a sentence");
  expect(await form.getByLabel("Reason").getAttribute("aria-invalid")).toBe("true");
  expect(await form.getByLabel("Spain").isChecked()).toBe(true);
  await looksRight(page);
  await form.getByLabel("Reason").fill("Xpecto is offered in Spain from now on.");
  await form.getByRole("button", { name: "Save" }).click();
  await page.getByText("Statements of decisions from now on go to the transparency database.").waitFor();
  expect(await textOf(page.locator("#xpecto"))).toContain("Its statements are handed over, as measures that apply in Spain.");
  expect(await deps.db.auditEntry.count({ where: { type: "platform.transparency_set", body: { contains: "Xpecto is offered in Spain" } } })).toBe(1);
  await page.context().clearCookies();
  await signIn(page, app, "Lee", "/transparency");
  expect((await page.goto("/settings/transparency"))?.status()).toBe(403);
  expect(complaints).toEqual([]);
  await close();
});

test("more days of an interim measure wait for a lead, who has to say why not, and may agree", async () => {
  const found = await anInvestigation(deps, ana, { platformId });
  await deps.db.platform.update({ where: { id: platformId }, data: { fourEyesSuspensionDays: 10 } });
  const of = { caseId: found.caseId, confirmed: [] };
  const { actionId } = must(await applyInterimMeasure(deps, ana, { ...of, version: undefined, kind: "suspension", features: [], days: 7, reason: "Complaints keep coming in." }));
  expect(await extendInterimMeasure(deps, ana, { ...of, actionId, days: 7, reason: "The bank's answer is still out." })).toEqual({ ok: true, state: "awaiting_approval" });
  const { endsAt } = await deps.db.action.findUniqueOrThrow({ where: { id: actionId } });

  const { page, complaints, close } = await openPage(browser, app.url);
  await signIn(page, app, "Lee", "/approvals");
  await page.locator("#interim li", { hasText: "7 days more of a suspension" }).getByRole("link").click();
  const panel = page.locator("#answer-extension");
  expect(await textOf(panel)).toContain("The bank's answer is still out.");
  await panel.getByRole("button", { name: "Reject" }).click();
  await panel.getByRole("alert").waitFor();
  await looksRight(page);
  await panel.getByRole("button", { name: "Approve: it lasts longer now" }).click();
  await panel.waitFor({ state: "detached" });
  expect((await deps.db.action.findUniqueOrThrow({ where: { id: actionId } })).endsAt!.getTime() - endsAt!.getTime()).toBe(7 * 86_400_000);
  expect(complaints).toEqual([]);
  await close();
});

test("a lead covers part of a picture and lets one page of a PDF go to an agency, and sees what it gets", async () => {
  const found = await anInvestigation(deps, ana, { platformId });
  const reportId = found.reports[0]!.id;
  const kept = async (bytes: Buffer, mediaType: string, fileName: string) => ({ ...(await deps.storage.put(bytes)), mediaType, fileName, rendition: null });
  const files = [
    await kept(await sharp({ create: { width: 400, height: 200, channels: 3, background: "#cc3333" } }).jpeg().toBuffer(), "image/jpeg", "threat.jpg"),
    await kept(await pdfOf((doc) => void doc.fontSize(30).text("Write to someone@else.example").addPage().text("Second page")), "application/pdf", "letter.pdf"),
  ];
  await deps.db.$transaction((tx) => keepEvidence(tx, { kind: "reporter", reportId }, { reportId }, files, deps.clock()));
  const { decisionId } = must(await decideCase(deps, ana, await aViolation(deps, found, { lawEnforcementReferral: true })));
  must(await approveDecision(deps, lee, { decisionId }));
  const action = await deps.db.action.findFirstOrThrow({ where: { decisionId, kind: "law_enforcement_referral" } });
  const { reference } = must(await draftReferral(deps, lee, { actionId: action.id }));

  const { page, complaints, close } = await openPage(browser, app.url);
  await signIn(page, app, "Lee", "/referrals");
  await page.goto(`/referrals/${reference}`);
  await page.getByLabel("Agency", { exact: true }).fill("Sheridan Police Department");
  await page.getByLabel("What happened").fill("The account threatened somebody.");
  for (const name of ["threat.jpg", "letter.pdf"]) await page.getByLabel(name).check();
  await page.getByRole("button", { name: "Save and preview" }).click();
  await page.getByRole("link", { name: "Make a redacted picture" }).click();
  await page.getByLabel("From the left, %").first().fill("60");
  await page.getByLabel("From the top, %").first().fill("0");
  await page.getByLabel("Width, %").first().fill("50");
  await page.getByLabel("Height, %").first().fill("100");
  const focusOnceShown = page.evaluate(
    () =>
      new Promise<boolean>((told) => {
        new MutationObserver((_changes, observer) => {
          const alert = document.querySelector("[role=alert]");
          if (!alert) return;
          observer.disconnect();
          told(document.activeElement === alert);
        }).observe(document.body, { childList: true, subtree: true });
      }),
  );
  await page.getByRole("button", { name: "Make it" }).click();
  await page.getByRole("link", { name: "Part 1: It goes past the right edge." }).waitFor();
  expect(await focusOnceShown, "taken later, the focus would come away from the field that is being filled in").toBe(true);
  await page.getByLabel("Width, %").first().fill("40");
  await page.getByRole("button", { name: "Make it" }).click();
  const shown = page.locator("#rendition img");
  const pixelsAcross = () => expect.poll(() => shown.evaluate((image) => (image as HTMLImageElement).naturalWidth));
  expect(await shown.getAttribute("alt")).toBe("The redacted picture: Encoded anew, 1 part blacked out");
  await pixelsAcross().toBe(400);
  await looksRight(page);

  await page.goto(`/referrals/${reference}`);
  await page.getByRole("link", { name: "Let pages go along redacted" }).click();
  await page.getByText("This page is withheld; a note stands in its place.").waitFor();
  await page.getByRole("button", { name: "Let it go along" }).click();
  await page.getByText("Page 1 goes along. Look at it").waitFor();
  expect(await textOf(page.locator("main"))).toContain("Page 1 of 2. What goes along: Page 1 of 2 drawn anew, 1 place covered because its text names somebody; page 2 withheld.");
  await pixelsAcross().toBeGreaterThan(1_000);
  await looksRight(page);
  await page.goto(`/referrals/${reference}`);
  expect(await textOf(page.locator("#preview"))).toMatch(/letter\.pdf: Redacted pages . Page 1 of 2 drawn anew/);
  expect(complaints).toEqual([]);
  await close();
});
