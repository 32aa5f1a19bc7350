import { format } from "node:util";
import { afterEach, beforeEach, expect, vi } from "vitest";

/** Nothing may complain unnoticed: a test that expects a complaint spies on the console itself. */
const complaints: string[] = [];

beforeEach(() => {
  complaints.length = 0;
  for (const level of ["error", "warn"] as const) {
    vi.spyOn(console, level).mockImplementation((...said: unknown[]) => {
      complaints.push(`console.${level}: ${format(...said)}`);
    });
  }
});

afterEach(() => {
  const said = complaints.splice(0);
  vi.restoreAllMocks();
  expect(said, "unexpected complaints on the console").toEqual([]);
});
