import { stripVTControlCharacters } from "node:util";

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

const said = (/** @type {string} */ message) => message.split("\n").filter((line) => !line.trimStart().startsWith("at ")).slice(0, 6).join("\n      ");

/**
 * Which tests failed at first and passed when they were tried again: each is a fault that has not been found yet.
 *
 * @param {Parameters<typeof namedFailures>[0]} report Vitest's JSON report
 * @param {string} root the folder that names of files are told from
 * @returns {string[]} each "file > test: first lines of its error"
 */
export function secondTries(report, root) {
  return report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status, failureMessages }) => status === "passed" && failureMessages.length > 0)
      .map((test) => `${name.replace(`${root}/`, "")} > ${test.fullName}: ${said(test.failureMessages.join("\n"))}`),
  );
}

/**
 * Which tests failed and with what, so that the end of a long log says it; a file that did not load stands for its tests.
 *
 * @param {{ testResults: { name: string, status: string, message: string,
 *   assertionResults: { fullName: string, status: string, failureMessages: string[] }[] }[] }} report Vitest's JSON report
 * @param {string} root the folder that names of files are told from
 * @returns {string[]} at most 20, each "file > test: first lines of its error"
 */
export function namedFailures(report, root) {
  return report.testResults
    .filter(({ status }) => status === "failed")
    .flatMap(({ name, message, assertionResults }) => {
      const file = name.replace(`${root}/`, "");
      const failed = assertionResults.filter(({ status }) => status === "failed");
      return failed.length > 0 ? failed.map((test) => `${file} > ${test.fullName}: ${said(test.failureMessages.join("\n"))}`) : [`${file}: ${said(message)}`];
    })
    .slice(0, 20);
}

/**
 * The end of what was printed on stderr, for a log that went on for long after it.
 *
 * @param {string} complaints may hold colours
 * @returns {string} at most the last 40 lines that say something
 */
export function lastWords(complaints) {
  const lines = stripVTControlCharacters(complaints).split("\n").filter((line) => line.trim() !== "");
  return lines.slice(-40).join("\n      ") || "it ended badly and said nothing";
}
