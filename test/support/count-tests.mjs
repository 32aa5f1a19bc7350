/**
 * What a Vitest run amounts to. Nothing that did not pass is passed over: a file that does not load, a skipped test,
 * an error outside of any test, a run without tests and a run without a report count as failures.
 *
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: { status: string, assertionResults: unknown[] }[] } | null} report Vitest's JSON report
 * @param {boolean} went whether Vitest ended with exit code 0
 * @returns {{ passed: number, failed: number, note: string }}
 */
export function countTests(report, went) {
  if (!report) return { passed: 0, failed: 1, note: "no report" };
  const unloaded = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
  const skipped = report.numPendingTests + report.numTodoTests;
  const failed = report.numFailedTests + unloaded + skipped;
  const notes = [unloaded > 0 && `${unloaded} files did not load`, skipped > 0 && `${skipped} skipped`].filter(Boolean).join(", ");
  if (failed > 0) return { passed: report.numPassedTests, failed, note: notes };
  if (report.numPassedTests === 0) return { passed: 0, failed: 1, note: "no tests ran" };
  return went ? { passed: report.numPassedTests, failed: 0, note: "" } : { passed: report.numPassedTests, failed: 1, note: "an error outside of any test" };
}
