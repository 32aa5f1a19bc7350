import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterEach, expect, test } from "vitest";
import { createLogger, logConsole, logDestination } from "./log.server";

const { log, info, warn, error } = console;
afterEach(() => void Object.assign(console, { log, info, warn, error }));

function written(): { sink: Writable; text: () => string; lines: () => Record<string, unknown>[] } {
  const chunks: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  const text = (): string => chunks.join("");
  return { sink, text, lines: () => text().split("\n").filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>) };
}

test("what stands under a personal name is redacted in lines and in bindings, at every depth, and nothing else is", () => {
  const { sink, text, lines } = written();
  const log = createLogger({ level: "info", name: "test" }, sink);
  const circle: Record<string, unknown> = { seen: 1 };
  circle.again = circle;
  const given = { job: "j-1", parts: [{ ok: true, email: "ana@example.com" }], at: new Date(0), deep: { row: { contact: { phone: "+15550100" }, n: 3 } }, circle };
  log.child({ topic: "t", subject: "ana@example.com", of: { address: "ana@example.com", n: 1 } }).info(given, "done");
  expect(lines()[0]).toMatchObject({
    level: "info", service: "test", msg: "done", topic: "t", subject: "[redacted]", of: { address: "[redacted]", n: 1 },
    job: "j-1", parts: [{ ok: true, email: "[redacted]" }], at: "1970-01-01T00:00:00.000Z", deep: { row: { contact: "[redacted]", n: 3 } }, circle: { seen: 1 },
  });
  expect(given.parts[0]!.email).toBe("ana@example.com");
  expect(text()).not.toMatch(/ana@|5550100/);
});

test("of whatever is thrown a line says the kind, never the words", () => {
  const { sink, text, lines } = written();
  const log = createLogger({ level: "info", name: "test" }, sink);
  const cause = Object.assign(new TypeError("ana@example.com"), { code: "P2002", meta: { modelName: "Account", target: "ana@example.com" } });
  log.error({ err: new Error("ana@example.com", { cause }) }, "a");
  log.error({ err: "ana@example.com" }, "b");
  log.error({ error: cause }, "c");
  log.error({ failures: [cause] }, "d");
  log.error(cause, "e");
  const kind = { type: "TypeError", code: "P2002", model: "Account" };
  expect(lines()).toMatchObject([{ err: { type: "Error", cause: kind } }, { err: { type: "string" } }, { error: kind }, { failures: [kind] }, { err: kind }]);
  expect(text()).not.toContain("ana@");
});

test("what libraries print becomes a JSON line without what the caller sent", () => {
  const { sink, text, lines } = written();
  logConsole(createLogger({ level: "info", name: "test" }, sink));
  console.warn("Pathnames cannot have embedded double slashes - normalizing /.//evil.example -> /evil.example");
  console.error(new Error("ana@example.com is taken"));
  console.log({ email: "ana@example.com" });
  expect(lines().map(({ level, msg }) => [level, msg])).toEqual([
    ["warn", "console: Pathnames cannot have embedded double slashes - normalizing"],
    ["warn", "console: a message"],
    ["warn", "console: a message"],
  ]);
  expect(lines()[1]).toMatchObject({ err: { type: "Error" } });
  expect(text()).not.toMatch(/evil|ana@/);
});

test("lines wait for others, but not when one warns", () => {
  const dir = mkdtempSync(join(tmpdir(), "log-"));
  const file = join(dir, "lines");
  const messages = (): unknown[] => readFileSync(file, "utf8").split("\n").filter(Boolean).map((line) => (JSON.parse(line) as { msg: unknown }).msg);
  try {
    const log = createLogger({ level: "info", name: "test" }, logDestination(file));
    log.info("one");
    log.child({ of: "two" }).info("two");
    expect(messages()).toEqual([]);
    log.warn("three");
    expect(messages()).toEqual(["one", "two", "three"]);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test.each([
  ["comes to its end", "", 0],
  ["is ended", "process.exit(3)", 3],
  ["ends by an exception", 'throw new Error("stop")', 1],
])("nothing said is lost when a process %s", (_how, ends, status) => {
  const script = `import { createLogger } from "${join(import.meta.dirname, "log.server.ts")}"; createLogger({ level: "info", name: "test" }).info("last words"); ${ends}`;
  const ended = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], { encoding: "utf8" });
  expect(ended.status).toBe(status);
  expect(JSON.parse(ended.stdout)).toMatchObject({ msg: "last words" });
});
