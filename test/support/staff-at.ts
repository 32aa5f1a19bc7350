import type { Browser, BrowserContextOptions, Page } from "playwright";
import type { TestApp } from "./app";
import { openPage, type WatchedPage } from "./browser";

/** Signs one of the demo's people in by their first name and goes on to `next`, or to where signing in leads them. */
export async function signIn(page: Page, { demo }: TestApp, first: string, next?: string): Promise<void> {
  const person = demo.people.find(({ name }) => name.startsWith(`${first} `));
  if (!person) throw new Error(`nobody of the demo is called ${first}`);
  await page.goto(next ? `/sign-in?next=${encodeURIComponent(next)}` : "/sign-in");
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password").fill(demo.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(({ pathname }) => (next ? pathname === next.split("?")[0] : !pathname.startsWith("/sign-in")));
}

/** One of them at a browser of their own. */
export async function staffAt(browser: Browser, app: TestApp, first: string, path: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const watched = await openPage(browser, app.url, options);
  await signIn(watched.page, app, first, path);
  return watched;
}
