import { describe, expect, test } from "vitest";
import { failureInWords, mayBeAnAccounts, tookTooLong } from "./failure";

const ofDriver = (code: string) => Object.assign(new Error("Failing row contains (+13075550142)"), { code });
const ofClient = (originalCode: string) => Object.assign(new Error("Raw query failed"), { name: "PrismaClientKnownRequestError", code: "P2010", meta: { driverAdapterError: { cause: { kind: "postgres", originalCode } } } });

const ofTransaction = (text: string) => Object.assign(new Error(`Transaction API error: ${text}`), { code: "P2028" });

describe("an error that may be an account's", () => {
  test.each([
    ["a value that is out of range", ofDriver("22003")],
    ["a constraint", ofClient("23514")],
    ["a trigger that refuses", ofClient("P0001")],
    ["a row too large", ofDriver("54000")],
    ["a mistake of the code", new TypeError("Cannot read properties of undefined")],
    ["a zone that no clock knows", new RangeError("Invalid time zone specified: Mars/Olympus")],
    ["what is thrown and is no error", "nothing"],
  ])("%s", (_what, error) => expect(mayBeAnAccounts(error)).toBe(true));
});

describe("an error that is the database's or the code's for everybody", () => {
  test.each([
    ["no such table", ofDriver("42P01")],
    ["no right to it", ofClient("42501")],
    ["no room on disk", ofClient("53100")],
    ["a deadlock", ofClient("40P01")],
    ["a lock that is not had in time", ofDriver("55P03")],
    ["the database shuts down", ofDriver("57P01")],
    ["a transaction that was never begun", ofTransaction("Unable to start a transaction in the given time.")],
    ["a connection that was refused", Object.assign(new Error("connect"), { code: "ECONNREFUSED" })],
  ])("%s", (_what, error) => expect(mayBeAnAccounts(error)).toBe(false));
});

describe("what took too long is found out by trying, more patiently", () => {
  test.each([
    ["a statement that was stopped", ofClient("57014"), true],
    ["the same, of the driver", ofDriver("57014"), true],
    ["a transaction over its time", ofTransaction("A query cannot be executed on an expired transaction."), true],
    ["a transaction that was never begun", ofTransaction("Unable to start a transaction in the given time."), false],
    ["a lock that is not had in time", ofDriver("55P03"), false],
    ["a constraint", ofClient("23514"), false],
  ])("%s", (_what, error, expected) => expect(tookTooLong(error)).toBe(expected));
});

test("its words name the kind and the place, and never repeat what somebody sent", () => {
  expect(failureInWords(ofDriver("23514"))).toBe("database error 23514");
  const error = new RangeError("Invalid time zone specified: Ada Lovelace");
  error.stack = "RangeError: Invalid time zone specified: Ada Lovelace\n    at zoneClock (file:///x/zone-clock.ts:12:3)\n    at other (file:///x/y.ts:1:1)";
  expect(failureInWords(error)).toBe("RangeError in zoneClock");
  for (const one of [ofDriver("23514"), ofClient("22003"), error]) expect(failureInWords(one)).not.toMatch(/13075550142|Ada/);
  expect(failureInWords(ofClient("57014"))).toBe("writing took too long");
  expect(failureInWords(42)).toBe("unknown error");
});
