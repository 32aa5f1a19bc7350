import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright";

const wcag22aa = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/**
 * Where a page breaches WCAG 2.2 AA, each with the rule and the place.
 *
 * Only what breaches is worked out in full (`resultTypes`), in the page itself rather than put together in another; the
 * product's only frames show mails and run no scripts, so there is nothing in them for axe to talk to.
 */
export async function wcagBreaches(page: Page): Promise<string[]> {
  const axe = new AxeBuilder({ page }).exclude("iframe[sandbox]").options({ runOnly: wcag22aa, resultTypes: ["violations"] }).setLegacyMode();
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, html }) => `${id}: ${target.join(" ")}: ${html.slice(0, 160)}`));
}

/** How far the page can be scrolled sideways, in CSS pixels: nowhere, if it fits. */
export const sideways = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
