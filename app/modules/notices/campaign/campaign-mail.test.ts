import { simpleParser } from "mailparser";
import { describe, expect, test } from "vitest";
import { composeCampaign } from "./compose-campaign";
import { planMail, writeMail } from "./campaign-mail.server";

const head = { campaignId: "01890000-0000-7000-8000-00000000c001", fromName: "Rules", fromAddress: "abuse@rules.example", language: "en" };
const from = { platformName: "Rules", legalEntity: "Rules LLC", postalAddress: "1 Main Street", contact: "abuse@rules.example", zone: "America/Denver", locale: "en" } as const;
const addressed = { id: "01890000-0000-7000-8000-00000000a001", to: "ana@shop.example", addressee: "Shop", createdAt: new Date("2026-12-01T12:00:00Z"), returnPath: "bounce+x.y@rules.example" };
const text = composeCampaign(from, { policyTitle: "Terms", summary: "New." }, { effectiveDay: "2026-12-20", policyUrl: "https://console.example/policies/x" });
const expected = ["message-id", "date", "to", "cfbl-address", "cfbl-feedback-id", "from", "reply-to", "subject", "content-language", "auto-submitted", "x-auto-response-suppress", "list-id", "feedback-id", "mime-version", "content-type"];
const read = async (over: { addressee?: string; fromName?: string; subject?: string }) => {
  const plan = planMail({ ...text, ...(over.subject !== undefined && { subject: over.subject }) }, { ...head, ...(over.fromName !== undefined && { fromName: over.fromName }) });
  const raw = writeMail(plan, { ...addressed, ...(over.addressee !== undefined && { addressee: over.addressee }) });
  return { raw, mail: await simpleParser(raw) };
};

describe.each([
  ["a line break and a header", "Shop\r\nBcc: eve@evil.example\r\n\r\nbody"],
  ["bare line ends", "Shop\nBcc: eve@evil.example\rCc: eve@evil.example\u2028X: y\u0085Z: z\0"],
  ["quotation marks and angle brackets", '"Shop" <eve@evil.example>, "x\\'],
  ["markup", "<img src=x onerror=alert(1)>&amp;</td>"],
  ["a boundary of ours", `\r\n--=_policy_${head.campaignId}--\r\n`],
  ["the account's own place", "{{account}}"],
  ["a dot alone and equals signs", ".\r\n.\r\n=3D=\r\n"],
  ["signs that turn the reading order", "\u202Eelpmaxe\u2066 שלום"],
  ["only white space", " \t\r\n "],
  ["more than any line holds", "Negocio número ñ ".repeat(200)],
])("%s in a name", (_what, hostile) => {
  test("adds no header, no recipient, no part and no markup", async () => {
    for (const over of [{ addressee: hostile }, { fromName: hostile }, { subject: hostile }]) {
      const { raw, mail } = await read(over);
      expect(mail.headerLines.map(({ key }) => key)).toEqual(expected);
      expect(mail.attachments).toEqual([]);
      expect([mail.to, mail.from].flatMap((one) => (Array.isArray(one) ? one : [one])).flatMap((one) => one?.value.map(({ address }) => address))).toEqual(["ana@shop.example", "abuse@rules.example"]);
      expect(mail.html).not.toContain("<img src=x");
      expect(`${mail.subject}${mail.text}${mail.html}${JSON.stringify(mail.from)}`).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/u);
      expect(mail.text?.length).toBeGreaterThan(50);
      for (const line of raw.split("\r\n")) expect(line.length).toBeLessThanOrEqual(998);
      expect(raw).not.toMatch(/(?:^|\n)\./);
    }
  });
});

test("the name stands in both parts as it is, and the bytes are the same on every try", async () => {
  const [one, two] = [await read({ addressee: "Ñandú & Söhne <3" }), await read({ addressee: "Ñandú & Söhne <3" })];
  expect(one.raw).toBe(two.raw);
  expect(one.mail.text).toContain("Ñandú & Söhne <3");
  expect(one.mail.html).toContain("Ñandú &amp; Söhne &lt;3");
});

test("whoever counts complaints is given the campaign and a sender of five to fifteen letters and digits, on one line", () => {
  for (const address of ["abuse@rules.example", "support@a-very-long-name-of-a-business.example", "a@b.c"]) {
    const mail = writeMail(planMail(text, { ...head, fromAddress: address }), addressed);
    expect(/^Feedback-ID: ([^:\r\n]+):policy:([a-z0-9]{5,15})\r$/m.exec(mail)?.[1]).toBe(head.campaignId);
  }
});
