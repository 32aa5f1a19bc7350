import { expect, test } from "vitest";
import { isDatabaseAway } from "./database-away";

const failed = (code: string, cause?: object): Error => Object.assign(new Error("x"), { code, meta: { driverAdapterError: { cause } } });

test.each([
  ["a query that found nobody", failed("P1001"), true],
  ["raw SQL that found nobody", failed("P2010", { kind: "DatabaseNotReachable" }), true],
  ["a connection lost on the way", failed("P1017"), true],
  ["a server that shuts down", failed("P2010", { kind: "postgres", originalCode: "57P01" }), true],
  ["a transaction that found no free connection in time", failed("P2028"), true],
  ["the driver, told that the server shuts down", failed("57P01"), true],
  ["the driver, with nobody there", failed("ECONNREFUSED"), true],
  ["the driver, cut off in the middle", new Error("Connection terminated unexpectedly"), true],
  ["the driver, told of a row that is there twice", failed("23505"), false],
  ["a row that is there twice", failed("P2002", { kind: "UniqueConstraintViolation", originalCode: "23505" }), false],
  ["a bug", new TypeError("x is not a function"), false],
  ["a thrown answer", { status: 404 }, false],
])("%s", (_what, error, away) => {
  expect(isDatabaseAway(error)).toBe(away);
});
