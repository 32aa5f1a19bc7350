import { expect, test } from "vitest";
import { renderMail } from "./mail-rendition";
import { parseMessage } from "./parse-message.server";

const render = async (...lines: string[]) => renderMail(await parseMessage(Buffer.from(lines.join("\r\n"))));

test("shows the text, who is masked, and what is attached", async () => {
  const text = await render(
    "From: Ana Lopez <ana.lopez@sender.example>", "To: abuse@flows.example", "Subject: They write", "\tevery night", "Date: Fri, 20 Nov 2026 20:00:00 +0000",
    'Content-Type: multipart/mixed; boundary="b"', "", "--b", "Content-Type: text/plain", "", "Please make it stop.", "--b", "Content-Type: text/plain; name=log.txt", "Content-Disposition: attachment; filename=log.txt", "", "03:12 buy now", "--b",
    "Content-Type: message/rfc822", "", "From: shop@spam.example", "Subject: Buy", "", "Buy now", "--b--", "",
  );
  expect(text).toContain("From: a…@sender.example\nTo: a…@flows.example\nSubject: They write every night\nDate: 2026-11-20T20:00:00.000Z\n\nPlease make it stop.");
  expect(text).toMatch(/--- Part 2: text\/plain, "log\.txt", \d+ bytes ---\n\n--- Part 3/);
  expect(text).toMatch(/--- Part 3: message\/rfc822, \d+ bytes ---\nFrom: s…@spam\.example\nSubject: Buy\n\nBuy now/);
  expect(text).not.toMatch(/ana\.lopez|Ana Lopez|03:12/);
});

test("plain text that is inline is the mail's own, also with a name", async () => {
  const text = await render("From: a@b.example", 'Content-Type: multipart/mixed; boundary="b"', "", "--b", "", "Hello", "--b", "Content-Type: text/plain; name=log.txt", "Content-Disposition: inline; filename=log.txt", "", "03:12 buy now", "--b", "Content-Type: text/csv; name=log.csv", "", "03:13;buy", "--b--");
  expect(text).toMatch(/--- Part 2: text\/plain, "log\.txt", \d+ bytes ---\n03:12 buy now/);
  expect(text).not.toContain("03:13");
});

test("HTML is text without anything that could run or be fetched", async () => {
  const text = await render("From: a@b.example", "Content-Type: text/html", "", '<p>Hello <b>there</b></p><script>alert("x")</script><img src="https://track.example/1.gif"><a href="https://evil.example/">bank.example</a>');
  expect(text).toContain("Hello there");
  expect(text).not.toMatch(/<\w|alert|track\.example/);
});

test("signs that turn text around, hide it or move the cursor are shown by their numbers", async () => {
  const text = await render("From: a@b.example", "Content-Type: text/plain; charset=utf-8", "", "pay \u202Eevil\u202C to\u200B us\u001B[2J");
  expect(text).toContain("pay [U+202E]evil[U+202C] to[U+200B] us[U+001B][2J");
});

test("is as long as people read, and says so", async () => {
  const text = await render("From: a@b.example", 'Content-Type: multipart/mixed; boundary="b"', "", ...Array.from({ length: 4 }, (_none, n) => `--b\r\nContent-Type: message/x-log-${n}\r\n\r\n${"x".repeat(150_000)}`), "--b--");
  expect(text.length).toBeLessThan(301_000);
  expect(text).toContain("The rest is in the original.");
});
