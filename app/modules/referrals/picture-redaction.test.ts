import { expect, test } from "vitest";
import { boxOf, pictureRedactionSchema, redactionInWords, regionField, regionsIn } from "./picture-redaction";

const picture = { width: 1000, height: 500 };

test.each([
  ["a quarter", { left: 25, top: 50, width: 25, height: 50 }, { left: 250, top: 250, width: 250, height: 250 }],
  ["every pixel it touches", { left: 0.05, top: 0.1, width: 0.1, height: 0.2 }, { left: 0, top: 0, width: 2, height: 2 }],
  ["all of it", { left: 0, top: 0, width: 100, height: 100 }, { left: 0, top: 0, width: 1000, height: 500 }],
  ["the last pixel at the edge", { left: 100, top: 100, width: 0.01, height: 0.01 }, { left: 999, top: 499, width: 1, height: 1 }],
])("%s", (_what, region, box) => {
  expect(boxOf(region, picture)).toEqual(box);
});

const form = (fields: Record<string, string>) => {
  const made = new FormData();
  for (const [name, value] of Object.entries(fields)) made.set(name, value);
  return made;
};
const row = (nth: number, left: string, top: string, width: string, height: string, how = "blur") => ({ [regionField(nth, "left")]: left, [regionField(nth, "top")]: top, [regionField(nth, "width")]: width, [regionField(nth, "height")]: height, [regionField(nth, "how")]: how });

test("rows with nothing in them are none, and a comma is a point", () => {
  expect(regionsIn(form({ ...row(0, "", "", "", ""), ...row(2, "1,5", "0", "10", "20.5") }))).toEqual([{ row: 2, region: { left: 1.5, top: 0, width: 10, height: 20.5, how: "blur" } }]);
});

test.each([
  ["past the right edge", row(0, "60", "0", "41", "10")],
  ["past the lower edge", row(0, "0", "90", "10", "11")],
  ["no width", row(0, "0", "0", "0", "10")],
  ["a missing number", row(0, "0", "", "10", "10")],
  ["words", row(0, "left", "0", "10", "10")],
  ["a place before the picture", row(0, "-1", "0", "10", "10")],
  ["another way to cover", row(0, "0", "0", "10", "10", "paint")],
])("refuses %s", (_what, fields) => {
  expect(pictureRedactionSchema.safeParse({ whole: "none", regions: regionsIn(form(fields)).map(({ region }) => region) }).success).toBe(false);
});

test("says what was done", () => {
  const region = { left: 0, top: 0, width: 1, height: 1 };
  expect(redactionInWords({ whole: "none", regions: [] })).toBe("Encoded anew, nothing covered");
  expect(redactionInWords({ whole: "blur", regions: [{ ...region, how: "blackout" }, { ...region, how: "blackout" }, { ...region, how: "blur" }] })).toBe("Encoded anew, blurred as a whole, 2 parts blacked out, 1 part blurred");
});
