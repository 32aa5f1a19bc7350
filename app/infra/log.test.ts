import { Writable } from "node:stream";
import { afterEach, expect, test } from "vitest";
import { createLogger, logConsole } from "./log.server";

const { log, info, warn, error } = console;
afterEach(() => void Object.assign(console, { log, info, warn, error }));

test("what libraries print becomes a JSON line without what the caller sent", () => {
  const written: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString());
      done();
    },
  });
  logConsole(createLogger({ level: "info", name: "test" }, sink));
  console.warn("Pathnames cannot have embedded double slashes - normalizing /.//evil.example -> /evil.example");
  console.error(new Error("ana@example.com is taken"));
  console.log({ email: "ana@example.com" });
  const lines = written.map((line) => JSON.parse(line) as { level: string; msg: string; err?: { type: string } });
  expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
    ["warn", "console: Pathnames cannot have embedded double slashes - normalizing"],
    ["warn", "console: a message"],
    ["warn", "console: a message"],
  ]);
  expect(lines[1]?.err?.type).toBe("Error");
  expect(written.join("")).not.toMatch(/evil|ana@/);
});
