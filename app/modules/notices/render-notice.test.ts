import { describe, expect, it } from "vitest";
import { renderNotice, replyAddress } from "./render-notice.server";

const platform = { name: "Flows", legalName: "Flows LLC", postalAddress: "1 Main St", abuseEmail: "abuse@flows.example", appealsEmail: "appeals@flows.example", zone: "UTC" };

describe("where an answer to a notice goes", () => {
  it.each([
    ["report_receipt", platform.abuseEmail],
    ["statement_of_reasons", platform.appealsEmail],
    ["appeal_by_mail", platform.appealsEmail],
    ["appeal_put_aside", platform.appealsEmail],
  ] as const)("of %s: to %s", (template, address) => expect(replyAddress(platform, template)).toBe(address));

  it("is what the letter itself names", () => {
    const props = { reference: "U-B550-369B", receivedAt: new Date(0), statusUrl: "https://x.example/s", appealUrl: "https://x.example/a" };
    expect(renderNotice(platform, "en", { template: "appeal_by_mail", props }).text).toContain(`You can reply to this message. For anything else, write to ${platform.appealsEmail}`);
  });
});
