import { expect, test } from "vitest";
import { isForged } from "./same-origin";

const own = ["https://console.example"];
const ask = (method: string, headers: Record<string, string>) => isForged({ method, header: (name) => headers[name] }, own);

test.each([
  ["a form of ours", "POST", { "sec-fetch-site": "same-origin", origin: own[0]! }, false],
  ["a form of ours, over plain http in a local network", "POST", { origin: own[0]!, cookie: "a=b" }, false],
  ["a form of ours under no-referrer", "POST", { "sec-fetch-site": "same-origin", origin: "null" }, false],
  ["a form of another site", "POST", { "sec-fetch-site": "cross-site", origin: "https://evil.example" }, true],
  ["a form of a sister site", "POST", { "sec-fetch-site": "same-site", origin: "https://blog.example" }, true],
  ["another site, old browser", "POST", { origin: "https://evil.example" }, true],
  ["another site, sandboxed frame", "POST", { origin: "null" }, true],
  ["a look-alike origin", "POST", { origin: "https://console.example.evil.example" }, true],
  ["a claim of being ours that Sec-Fetch-Site denies", "DELETE", { "sec-fetch-site": "cross-site", origin: own[0]! }, true],
  ["a script without a cookie", "POST", {}, false],
  ["a script with a cookie", "POST", { cookie: "a=b" }, true],
  ["an empty Sec-Fetch-Site does not vouch", "POST", { "sec-fetch-site": "", origin: "https://evil.example" }, true],
  ["a link from another site", "GET", { "sec-fetch-site": "cross-site" }, false],
  ["a method spelled oddly", "post", { "sec-fetch-site": "cross-site" }, true],
])("%s", (_why, method, headers, forged) => {
  expect(ask(method, headers as Record<string, string>)).toBe(forged);
});
