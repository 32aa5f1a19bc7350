import { expect, test } from "vitest";
import { packetCover } from "./packet-cover";
import { snapshotSchema } from "./packet-content";

const snapshot = snapshotSchema.parse({
  content: {
    reference: "LE-4K7Q-T2MX", version: 2, language: "en", zone: "America/Denver",
    from: { platform: "CustomerFlows", legalName: "Keilani Media Group LLC", postalAddress: "Sheridan", contact: "security@customerflows.example" },
    to: { agency: "Sheridan Police", agencyReference: "", legalBasis: "Emergency" },
    subject: { account: "cf-1014", businessName: "Wind River Electric", status: "suspended", registeredAt: "2025-11-04T05:29:00.000Z", emails: [], phones: [] },
    period: { from: "2026-11-20T07:00:00.000Z", to: "2026-12-02T07:00:00.000Z" },
    case: { reference: "C-5Y4G-QE6B", area: "illegal_content", decision: null, findings: [{ clause: "CF-AUP-3.2.b", title: "Threats", conductAt: "2026-11-21T06:30:00.000Z" }] },
    narrative: "They threatened people.", reports: [], timeline: [], evidence: [], people: [],
  },
  custody: [],
  signOff: { draftedBy: "Lee", approvedBy: "Lou", approvedAt: "2026-12-01T21:59:43.653Z" },
});

test("the cover names days and times as the platform's clock has them, the last day of the period included", () => {
  const said = JSON.stringify(packetCover(snapshot, "a680"));
  expect(said).not.toMatch(/\d{4}-\d{2}-\d{2}T/);
  for (const day of ["Friday, November 20, 2026 to Tuesday, December 1, 2026, both days included (America/Denver)", "Monday, November 3, 2025", "Threats (Friday, November 20, 2026)", "Tue 1 Dec 2026, 14:59 MST"]) expect(said).toContain(day);
});
