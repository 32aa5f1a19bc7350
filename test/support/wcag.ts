import axe from "axe-core";
import type { Page } from "playwright";
import { expect } from "vitest";

const wcag22aa = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/**
 * Where a page breaches WCAG 2.2 AA, each with the rule and the place.
 *
 * axe is brought to a page once, however often it looks: that takes longer than most looks. Only what breaches is worked out in
 * full (`resultTypes`); the product's only frames show mails and run no scripts, so there is nothing in them for axe to talk to.
 */
export async function wcagBreaches(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(async (tags) => {
    const { axe: inPage } = window as unknown as { axe: typeof axe };
    const { violations } = await inPage.run({ exclude: [["iframe[sandbox]"]] }, { runOnly: tags, resultTypes: ["violations"], iframes: false });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, html }) => `${id}: ${target.join(" ")}: ${html.slice(0, 160)}`));
  }, wcag22aa);
}

/** How far the page can be scrolled sideways, in CSS pixels: nowhere, if it fits. */
export const sideways = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

export type Look = readonly [colorScheme: "light" | "dark", width: number];

const narrowAndWide: readonly Look[] = [["light", 360], ["dark", 1280]];

/** For what every page shares, and for what is laid out anew where there is room. */
export const corners: readonly Look[] = [["light", 360], ["light", 1440], ["dark", 360], ["dark", 1920]];

/**
 * No breach of WCAG 2.2 AA and nothing wider than the window, however the page is looked at: it is loaded once, and the window and the
 * preferred colours change under it, as they do for people.
 */
export async function looksRight(page: Page, looks = narrowAndWide): Promise<void> {
  const size = page.viewportSize();
  for (const [colorScheme, width] of looks) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    // What lies half under the header that stays in sight is not too small.
    await page.evaluate(() => window.scrollTo(0, 0));
    expect(await wcagBreaches(page), `${page.url()} ${colorScheme} ${width}`).toEqual([]);
    expect(await sideways(page), `${page.url()} ${colorScheme} ${width}`).toBe(0);
  }
  if (size) await page.setViewportSize(size);
}
