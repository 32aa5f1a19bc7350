import type { Browser } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps, type Deps } from "~/infra/deps.server";
import { aCampaign, aScheduledVersion } from "../factories/campaign";
import { aPlatform } from "../factories/platform";
import { startApp, type TestApp } from "../support/app";
import { launchBrowser, openPage } from "../support/browser";
import { looksRight } from "../support/wcag";

let app: TestApp;
let browser: Browser;
let deps: Deps;
beforeAll(async () => {
  app = await startApp();
  browser = await launchBrowser();
  deps = await buildDeps(loadConfig(app.env), "test");
});
afterAll(async () => {
  if (deps) await closeDeps(deps);
  await browser?.close();
  await app?.stop();
});

test("a campaign whose version is held says why, from which day it may take effect and who was not reached, legible on a dark phone", async () => {
  const platform = await aPlatform(deps);
  const day = deps.clock().plus({ days: 9 }).toISODate()!;
  const { version } = await aScheduledVersion(deps, { platformId: platform.id, day });
  const { campaignId } = await aCampaign(deps, { platformId: platform.id, versionId: version.id, day, told: [deps.clock().minus({ hours: 2 }).toISO()!, { state: "unreachable" }] });
  await deps.db.policyNoticeDomain.createMany({ data: [{ campaignId, domain: "", freeAt: new Date() }, { campaignId, domain: "shop.example", messages: 2, freeAt: new Date() }] });
  await deps.db.policyNoticeCampaign.update({ where: { id: campaignId }, data: { heldSince: new Date(), heldReason: "not_everybody_told" } });
  const { page, complaints, close } = await openPage(browser, app.url);
  const next = `/notices/campaigns/${campaignId}`;
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  await page.getByLabel("Email").fill(app.demo.people.find((one) => one.role === "policy_manager")!.email);
  await page.getByLabel("Password").fill(app.demo.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname === next);
  await page.getByRole("button", { name: "Accept this day" }).waitFor();
  await page.getByRole("heading", { name: "Not reached: 1" }).waitFor();
  await page.setViewportSize({ width: 360, height: 800 });
  await page.emulateMedia({ colorScheme: "dark" });
  await looksRight(page);
  expect(complaints).toEqual([]);
  await close();
});
