import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { assertWritable } from "../../app/infra/embedded/checks.mjs";
import { ensureBuilt, ensureClient, ensureInstalled } from "../../app/infra/embedded/freshness.mjs";
import { sentenceOf } from "../../app/infra/embedded/plain.mjs";
import { countTests, lastWords, namedFailures, secondTries } from "./count-tests.mjs";
import { quickFolder } from "./quick-folder.mjs";
import { ensureBrowser, ensureMailTools, ensureRedis } from "./tools.mjs";

const root = resolve(import.meta.dirname, "../..");
const results = join(root, "test/results");

/**
 * Everything that must hold, one step after the other or beside it; a failing step does not keep the later ones from running.
 * Every step's outcome is counted, a step that could not run as a failure.
 *
 * @param {string[]} only names of steps, to run no others
 * @returns {Promise<number>} the exit code
 */
export async function main(only) {
  /** @type {Outcome[]} */
  const outcomes = [];
  const scratch = mkdtempSync(join(quickFolder(), "console-test-"));
  chmodSync(scratch, 0o755);
  const env = { ...process.env, TMPDIR: scratch, NODE_ENV: "test" };

  /** @type {Set<import("node:child_process").ChildProcess>} */
  const running = new Set();
  let interrupted = false;
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => {
      for (const child of running) child.kill(interrupted ? "SIGKILL" : signal);
      interrupted = true;
    });
  }

  /** For what runs beside others: its output comes in one piece, when it has ended. @type {import("./tools.mjs").Execute} */
  const executeBeside = async (label, file, args) => {
    const child = spawn(file, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
    const went = await run(child);
    process.stdout.write(`\n── ${label}\n${output}`);
    return went;
  };

  /** @param {import("node:child_process").ChildProcess} child @returns {Promise<boolean>} whether it ended well */
  const run = (child) => {
    running.add(child);
    return new Promise((done) => {
      child.once("error", (error) => {
        process.stderr.write(`${error.message}\n`);
        running.delete(child);
        done(false);
      });
      child.once("close", (code) => {
        running.delete(child);
        done(code === 0);
      });
    });
  };

  /** @param {string} name @param {() => Promise<Omit<Outcome, "name"> | boolean | void>} work */
  const step = async (name, work) => {
    if (interrupted || (only.length > 0 && !only.includes(name) && !always.includes(name))) return;
    const began = Date.now();
    /** @type {Omit<Outcome, "name">} */
    let outcome = { passed: 0, failed: 1, note: "" };
    try {
      const done = await work();
      if (typeof done === "object") outcome = done;
      else if (done !== false) outcome = { passed: preparations.includes(name) ? 0 : 1, failed: 0, note: "" };
    } catch (error) {
      process.stderr.write(`${sentenceOf(error)}\n`);
    }
    outcomes.push({ name, ...outcome, note: `${outcome.note} ${((Date.now() - began) / 1000).toFixed(0)} s` });
  };

  const beside = (/** @type {string} */ label, /** @type {string[]} */ args) => executeBeside(label, process.execPath, args);
  const bin = (/** @type {string} */ path) => join(root, "node_modules", path);
  const vitest = (/** @type {string} */ project) => async () => {
    const report = join(results, `${project}.json`);
    rmSync(report, { force: true });
    process.stdout.write(`\n── ${project} tests\n`);
    const args = [bin("vitest/vitest.mjs"), "run", "--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "inherit", "pipe"] });
    let complaints = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      process.stderr.write(text);
      complaints = `${complaints}${text}`.slice(-20_000);
    });
    const went = await run(child);
    const told = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : null;
    const failures = told ? namedFailures(told, root) : [];
    // Vitest's report holds no error of a hook, of a worker or of the way out: those are told on its stderr alone, last.
    if (!went && failures.length === 0) failures.push(`${project}: ${lastWords(complaints)}`);
    return { ...countTests(told, went), failures, again: told ? secondTries(told, root) : [] };
  };

  try {
    await assertWritable(root);
    mkdirSync(results, { recursive: true });
    await step("packages", () => ensureInstalled(root));
    if (outcomes.every(({ failed }) => failed === 0)) {
      await step("client", () => ensureClient(root));
      // Fetching waits for the network, and each of the others keeps one processor busy.
      const tools = async () => {
        await step("browser", () => ensureBrowser(executeBeside, root));
        await step("redis", () => ensureRedis(executeBeside));
        await step("mail tools", () => ensureMailTools(executeBeside));
      };
      await Promise.all([
        tools(),
        step("build", () => ensureBuilt(root)),
        step("types", () => beside("type check", [bin("typescript/bin/tsc"), "--noEmit"])),
        step("lint", () => beside("lint", [bin("eslint/bin/eslint.js"), ".", "--max-warnings", "0"])),
        step("drift", () => beside("schema drift", ["--import", "tsx", join(root, "prisma/drift.ts")])),
      ]);
      await step("unit", vitest("unit"));
      await step("integration", vitest("integration"));
      await step("e2e", vitest("e2e"));
    }
  } catch (error) {
    process.stderr.write(`${sentenceOf(error)}\n`);
    outcomes.push({ name: "set-up", passed: 0, failed: 1, note: "" });
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
  return report(outcomes, interrupted);
}

/** They prove nothing, so they count only when they fail. */
const preparations = ["packages", "client", "build", "browser", "redis", "mail tools"];

/** Other steps need what these make. */
const always = ["packages", "client", "build"];

/** @typedef {{ name: string, passed: number, failed: number, note: string, failures?: string[], again?: string[] }} Outcome */

/** @param {Outcome[]} outcomes @param {boolean} interrupted */
function report(outcomes, interrupted) {
  process.stdout.write("\n");
  for (const test of outcomes.flatMap(({ again }) => again ?? [])) process.stdout.write(`  ↻ passed only at a second try: ${test}\n`);
  for (const failure of outcomes.flatMap(({ failures }) => failures ?? [])) process.stdout.write(`  ✗ ${failure}\n`);
  for (const { name, passed, failed, note } of outcomes) {
    process.stdout.write(`  ${failed > 0 ? "✗" : "✓"} ${name.padEnd(12)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed  ${note.trim()}\n`);
  }
  if (interrupted) {
    process.stdout.write("Interrupted.\n");
    return 130;
  }
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  return failed > 0 || passed === 0 ? 1 : 0;
}
