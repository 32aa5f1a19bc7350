import { expect, test } from "vitest";
import { facts, table } from "./table";

test("columns are as wide as their widest cell", () => {
  expect(table([{ a: "x", b: 1 }, { a: "long", b: null }], { NAME: (row) => row.a, N: (row) => row.b }, "none")).toBe("NAME  N\nx     1\nlong  –");
});

test("no rows is a sentence", () => {
  expect(table([], { NAME: () => "x" }, "There are none.")).toBe("There are none.");
});

test("what the database holds cannot steer the terminal", () => {
  expect(table([{ a: "x\u001b[2Jy\nz\u202et" }], { A: (row) => row.a }, "")).toBe("A\nx [2Jy z t");
  expect(facts({ a: "1\r2", bb: null })).toBe("a   1 2\nbb  –");
});
