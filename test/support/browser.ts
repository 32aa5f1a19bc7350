import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from "playwright";
import { findBrowser } from "./find-browser.mjs";

/** A real Chromium, without a window. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (!executablePath) throw new Error('No Chromium or Chrome was found: install one, set CHROMIUM_PATH, or run "npx playwright install chromium".');
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
}

export interface WatchedPage {
  page: Page;
  /** What the browser complained about on any page of the session: script errors, console errors, violations of the content policy. */
  complaints: string[];
  close(): Promise<void>;
}

/** A page of a browser session of its own, i.e. without anybody else's cookies. */
export async function openPage(browser: Browser, baseURL: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ baseURL, locale: "en-US", ...options });
  context.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  context.on("weberror", (error) => complaints.push(`script error: ${error.error().message}`));
  context.on("console", (message) => {
    if (message.type() === "error" && !isNoComplaint(message.text())) complaints.push(`console: ${message.text()}`);
  });
  return { page: await context.newPage(), complaints, close: () => context.close() };
}

/** Ready to take keys and clicks: the scripts of the page, where it has any, run, and nothing of them is left to do, such as to listen for keys. */
export async function interactive(page: Page): Promise<void> {
  if ((await page.locator("script").count()) === 0) return;
  await page.waitForFunction(() => Object.keys(document.body ?? {}).some((key) => key.startsWith("__react")));
  await page.evaluate(() => new Promise<void>((idle) => requestIdleCallback(() => idle(), { timeout: 2_000 })));
}

/** What a place reads as once its page has arrived: a place is found as soon as its first tag is there, and what stands in it may still be on the way. */
export async function textOf(place: Locator): Promise<string> {
  await place.waitFor({ state: "attached" });
  await place.page().waitForLoadState("domcontentloaded");
  return place.innerText();
}

const noComplaints: readonly RegExp[] = [
  // Chromium reports every 4xx page as a console error; a test that provokes one looks at the page instead.
  /Failed to load resource: the server responded with a status of 4\d\d/,
  // Whoever goes on before an answer is read breaks off its reading; Remix logs that as if the answer were wrong.
  /^AbortError: signal is aborted without reason/,
];

const isNoComplaint = (text: string): boolean => noComplaints.some((pattern) => pattern.test(text));
