import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { LeakFindings } from "./leak-findings";

const findings = [{ token: "t1", kind: "name" as const, found: "Whitlock", confirmable: true, places: [{ line: 1, before: "", after: " has to agree." }] }];

test.each([
  ["names the second person where one approves", undefined, true],
  ["names nobody where one person's word is enough", false, false],
])("what stands in the way of sending %s", (_what, approvable, named) => {
  const html = renderToStaticMarkup(<LeakFindings findings={findings} approvable={approvable} />);
  expect(html).toContain("the reason is kept in the audit trail");
  expect(html.includes("whoever approves this sees it")).toBe(named);
});
