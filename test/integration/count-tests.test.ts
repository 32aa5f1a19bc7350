import { expect, test } from "vitest";
import { countTests, lastWords, namedFailures, secondTries } from "../support/count-tests.mjs";

const clean = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [{ status: "passed", assertionResults: [{}] }] };
const unloaded = { status: "failed", assertionResults: [] };

test.each([
  ["a clean run", clean, true, { passed: 7, failed: 0 }],
  ["a failed test", { ...clean, numFailedTests: 2 }, false, { passed: 7, failed: 2 }],
  ["a file that does not load", { ...clean, testResults: [unloaded] }, false, { passed: 7, failed: 1 }],
  ["a skipped and a postponed test", { ...clean, numPendingTests: 1, numTodoTests: 1 }, true, { passed: 7, failed: 2 }],
  ["an error outside of any test", clean, false, { passed: 7, failed: 1 }],
  ["a run without tests", { ...clean, numPassedTests: 0, testResults: [] }, true, { passed: 0, failed: 1 }],
  ["a run without a report", null, true, { passed: 0, failed: 1 }],
])("%s is counted", (_what, report, went, counted) => {
  expect(countTests(report, went)).toMatchObject(counted);
});

test("what failed is named with its error, without the stack; what did not load stands for its tests", () => {
  const failed = { fullName: "a case closes", status: "failed", failureMessages: ["AssertionError: expected 1\n    at /home/x/case.test.ts:3:4"] };
  const testResults = [
    { name: "/home/x/test/case.test.ts", status: "failed", message: "", assertionResults: [failed, { fullName: "opens", status: "passed", failureMessages: [] }] },
    { name: "/home/x/test/broken.test.ts", status: "failed", message: "SyntaxError: unexpected", assertionResults: [] },
    { name: "/home/x/test/well.test.ts", status: "passed", message: "", assertionResults: [] },
  ];
  expect(namedFailures({ testResults }, "/home/x")).toEqual(["test/case.test.ts > a case closes: AssertionError: expected 1", "test/broken.test.ts: SyntaxError: unexpected"]);
});

test("what passed only at a second try is named with the error of the first", () => {
  const again = { fullName: "a case closes", status: "passed", failureMessages: ["TimeoutError: 20 s\n    at /home/x/case.test.ts:3:4"] };
  const testResults = [{ name: "/home/x/test/case.test.ts", status: "passed", message: "", assertionResults: [again, { fullName: "opens", status: "passed", failureMessages: [] }] }];
  expect(secondTries({ testResults }, "/home/x")).toEqual(["test/case.test.ts > a case closes: TimeoutError: 20 s"]);
});

test("an error that the report lacks is told by the end of stderr, without colours and empty lines", () => {
  const many = Array.from({ length: 60 }, (_, line) => `line ${line}`).join("\n");
  expect(lastWords(`${many}\n\n\u001b[31mError: write EPIPE\u001b[39m\n`).split("\n      ")).toEqual([...Array.from({ length: 39 }, (_, line) => `line ${line + 21}`), "Error: write EPIPE"]);
  expect(lastWords("")).toBe("it ended badly and said nothing");
});
