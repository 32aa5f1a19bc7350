import { expect, test, vi } from "vitest";
import { isScannerAway, ScannerAway } from "./virus-scanner.server";

test("a scanner that is away is known whichever copy of the module says so", async () => {
  vi.resetModules();
  const bundled = await import("./virus-scanner.server");
  expect(bundled.ScannerAway).not.toBe(ScannerAway);
  expect([isScannerAway(new bundled.ScannerAway("hung up")), isScannerAway(new ScannerAway("hung up")), isScannerAway(new Error("other")), isScannerAway(null)]).toEqual([true, true, false, false]);
});
