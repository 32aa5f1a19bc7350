import { Secret, TOTP } from "otpauth";
import type { Browser } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps, type Deps } from "~/infra/deps.server";
import { readGate } from "~/modules/enforcement/gate.queries.server";
import { decided, type Decided } from "../factories/appealed";
import { enforcers } from "../factories/investigation";
import { startApp, type TestApp } from "../support/app";
import { launchBrowser, openPage, textOf } from "../support/browser";
import { linksIn } from "../support/inbox";
import { signIn } from "../support/staff-at";
import { corners, looksRight } from "../support/wcag";

let app: TestApp;
let browser: Browser;
let deps: Deps;
let suspended: Decided;

beforeAll(async () => {
  app = await startApp();
  browser = await launchBrowser();
  deps = await buildDeps(loadConfig(app.env), "test");
  const { platformId, ana } = await enforcers(deps);
  suspended = await decided(deps, ana, platformId, { informed: false });
});
afterAll(async () => {
  if (deps) await closeDeps(deps);
  await browser?.close();
  await app?.stop();
});

const closedFeatures = async () => {
  const gate = await readGate(deps, suspended.found.platformId, suspended.found.account.externalId);
  return gate!.features.filter(({ allowed }) => !allowed).length;
};

test("an account holder appeals without scripts, a reviewer overturns, the gate opens, everybody hears", async () => {
  const statement = await app.inbox.waitFor({ to: suspended.found.ownerEmail, subject: /our decision about your account/ });
  const standing = linksIn(statement).find((link) => link.includes("/standing/"))!;
  await expect.poll(async () => (await deps.db.action.findUniqueOrThrow({ where: { id: suspended.actionId } })).appealClosesAt).not.toBeNull();

  const holder = await openPage(browser, app.url, { javaScriptEnabled: false });
  await holder.page.goto(standing);
  expect(await textOf(holder.page.locator("main"))).toContain("Your account is suspended.");
  await holder.page.getByText("Appeal this").click();
  await holder.page.getByRole("button", { name: "Send the appeal" }).click();
  expect(await textOf(holder.page.getByRole("alert"))).toContain("Tell us why, in a sentence or more.");
  await holder.page.getByLabel("Why are we wrong?").fill("Both contacts had signed our form. The scan is attached.");
  await holder.page.getByLabel("Files that show it").setInputFiles([{ name: "scan.txt", mimeType: "text/plain", buffer: Buffer.from("signed on 2 November") }]);
  await holder.page.getByRole("button", { name: "Send the appeal" }).click();
  expect(await textOf(holder.page.getByRole("status").first())).toMatch(/We have your appeal AP-/);
  const receipt = await app.inbox.waitFor({ to: suspended.found.ownerEmail, subject: /We received your appeal/ });
  const reference = /AP-[2-9A-Z]{4}-[2-9A-Z]{4}/.exec(receipt.subject)![0];
  expect(holder.complaints).toEqual([]);

  const { page, complaints, close } = await openPage(browser, app.url);
  await page.goto(standing);
  await looksRight(page, corners);
  await signIn(page, app, "Rita", "/appeals");
  await looksRight(page, corners);
  await page.goto(`/appeals/${reference}`);
  await page.getByRole("button", { name: "Take this appeal" }).click();
  await page.getByLabel("Overturned").check();
  await page.getByLabel("Grounds").fill("The signed forms are genuine and were there before the messages.");
  await page.getByRole("button", { name: "Preview what this does" }).click();
  await page.getByRole("heading", { name: "What this does" }).waitFor();
  expect(await textOf(page.locator("main"))).toContain("3 messages go out");
  await looksRight(page, corners);
  expect(await closedFeatures()).toBeGreaterThan(0);
  await page.getByRole("button", { name: "Rule and send" }).click();
  await page.getByText("Ruled: overturned.").waitFor();
  expect(await closedFeatures()).toBe(0);
  expect(complaints).toEqual([]);
  await close();

  const ruling = await app.inbox.waitFor({ to: suspended.found.ownerEmail, subject: /Our decision is taken back/ });
  expect(ruling.text).toContain("The signed forms are genuine");
  for (const to of suspended.found.reporterEmails) await app.inbox.waitFor({ to, subject: /was taken back/ });
  await holder.page.goto(standing);
  expect(await textOf(holder.page.locator("main"))).toContain("We took our decision back.");
  await holder.close();
});

test("a new colleague comes in by invitation, sets a password and a second factor, and needs both from then on", async () => {
  const admin = await openPage(browser, app.url);
  await signIn(admin.page, app, "Ada", "/settings/people");
  await looksRight(admin.page, corners);
  await admin.page.getByLabel("Name").fill("Noor Haddad");
  await admin.page.getByLabel("Email").fill("noor@staff.example");
  await admin.page.locator("form").filter({ hasText: "Add and invite" }).getByLabel("Appeals reviewer").check();
  await admin.page.getByRole("button", { name: "Add and invite" }).click();
  await admin.page.getByText("Noor Haddad is added").waitFor();

  const mail = await app.inbox.waitFor({ to: "noor@staff.example", subject: /Your access/ });
  const { page, complaints, close } = await openPage(browser, app.url, { javaScriptEnabled: false });
  await page.goto(linksIn(mail).find((link) => link.includes("/invite/"))!);
  await page.getByLabel("Password").fill("river stone lantern");
  await page.getByLabel("The same again").fill("river stone lantern");
  await page.getByRole("button", { name: "Set my password" }).click();
  const secret = (await textOf(page.getByLabel("Key for the authenticator app"))).replace(/\s/g, "");
  const code = (steps = 0) => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: deps.clock().toMillis() + steps * 30_000 });
  await page.getByLabel("Enter the six digits").fill(code());
  await page.getByRole("button", { name: "Finish" }).click();
  expect((await textOf(page.getByLabel("Recovery codes"))).split("\n")).toHaveLength(10);
  await page.goto("/appeals");
  expect(await textOf(page.getByRole("heading", { level: 1 }))).toBe("Appeals");

  await page.context().clearCookies();
  await page.goto("/appeals");
  expect(page.url()).toContain("/sign-in?next=%2Fappeals");
  await page.getByLabel("Email").fill("noor@staff.example");
  await page.getByLabel("Password").fill("river stone lantern");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.goto("/appeals");
  expect(page.url()).toContain("/sign-in/second-factor");
  await page.getByLabel("Code").fill(code(1));
  await page.getByRole("button", { name: "Continue" }).click();
  expect(new URL(page.url()).pathname).toBe("/appeals");

  await admin.page.getByText("Change Noor Haddad").click();
  await admin.page.locator("li").filter({ hasText: "noor@staff.example" }).getByRole("button", { name: "Shut them out" }).click();
  await admin.page.getByText("They are shut out").waitFor();
  await page.goto("/appeals");
  expect(page.url()).toContain("/sign-in");
  expect([...complaints, ...admin.complaints]).toEqual([]);
  await close();
  await admin.close();
});
