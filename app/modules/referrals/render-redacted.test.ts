import sharp from "sharp";
import { expect, test } from "vitest";
import { renderRedacted } from "./render-redacted.server";

/** Fine black and white stripes: the first detail that a blur has to lose. */
async function striped(width = 400, height = 200): Promise<Buffer> {
  const raw = Buffer.alloc(width * height * 3);
  for (let at = 0; at < width * height; at += 1) raw.fill((at % width) % 4 < 2 ? 0 : 255, at * 3, at * 3 + 3);
  return sharp(raw, { raw: { width, height, channels: 3 } }).withExif({ IFD0: { Artist: "Rosa" }, IFD3: { GPSLatitude: "39/1 38/1 0/1", GPSLatitudeRef: "N" } }).jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer();
}

/** How far brightness swings within a part of the picture. */
async function swing(picture: Buffer, box: { left: number; top: number; width: number; height: number }) {
  const { channels } = await sharp(await sharp(picture).extract(box).greyscale().toBuffer()).stats();
  return { swing: channels[0]!.stdev, brightest: channels[0]!.max };
}

const left = { left: 10, top: 10, width: 180, height: 180 };
const right = { left: 210, top: 10, width: 180, height: 180 };

test("nothing of the original's own data goes along, and what is not covered stays sharp", async () => {
  const original = await striped();
  expect((await sharp(original).metadata()).exif).toBeDefined();
  const made = (await renderRedacted(original, { whole: "none", regions: [] }))!;
  const about = await sharp(made).metadata();
  expect([about.format, about.width, about.height, about.exif, about.icc, about.xmp]).toEqual(["jpeg", 400, 200, undefined, undefined, undefined]);
  expect(made.includes("Rosa")).toBe(false);
  expect((await swing(made, left)).swing).toBeGreaterThan(100);
});

test("a part is black, another one blurred, the rest as it was", async () => {
  const made = (await renderRedacted(await striped(), {
    whole: "none",
    regions: [{ left: 0, top: 0, width: 50, height: 100, how: "blackout" }, { left: 50, top: 0, width: 25, height: 100, how: "blur" }],
  }))!;
  expect((await swing(made, left)).brightest).toBeLessThan(16);
  expect((await swing(made, { left: 215, top: 10, width: 70, height: 180 })).swing).toBeLessThan(30);
  expect((await swing(made, { left: 310, top: 10, width: 80, height: 180 })).swing).toBeGreaterThan(100);
});

test("a blackout lies over every blur, in whatever order they come", async () => {
  const part = { left: 0, top: 0, width: 50, height: 100 };
  for (const regions of [[{ ...part, how: "blackout" as const }, { ...part, how: "blur" as const }], [{ ...part, how: "blur" as const }, { ...part, how: "blackout" as const }]]) {
    expect((await swing((await renderRedacted(await striped(), { whole: "blur", regions }))!, left)).brightest).toBeLessThan(16);
  }
});

test("blurred as a whole no stripe is left", async () => {
  const made = (await renderRedacted(await striped(), { whole: "blur", regions: [] }))!;
  for (const box of [left, right]) expect((await swing(made, box)).swing).toBeLessThan(30);
});

test("parts lie where they are seen, also in a picture that was taken lying down", async () => {
  const lying = await sharp(await striped()).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer();
  const made = (await renderRedacted(lying, { whole: "none", regions: [{ left: 0, top: 0, width: 100, height: 50, how: "blackout" }] }))!;
  const { width, height } = await sharp(made).metadata();
  expect([width, height]).toEqual([200, 400]);
  expect((await swing(made, { left: 10, top: 10, width: 180, height: 180 })).brightest).toBeLessThan(16);
  expect((await swing(made, { left: 10, top: 210, width: 180, height: 180 })).swing).toBeGreaterThan(100);
});

test.each([
  ["a transparent picture", () => sharp({ create: { width: 30, height: 20, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } }).png().toBuffer()],
  ["a grey picture", () => sharp({ create: { width: 30, height: 20, channels: 3, background: "#888" } }).greyscale().png().toBuffer()],
  ["one pixel", () => sharp({ create: { width: 1, height: 1, channels: 3, background: "#888" } }).png().toBuffer()],
])("%s is rendered and covered", async (_what, picture) => {
  const made = await renderRedacted(await picture(), { whole: "none", regions: [{ left: 0, top: 0, width: 100, height: 100, how: "blur" }, { left: 99, top: 99, width: 1, height: 1, how: "blackout" }] });
  expect((await sharp(made!).metadata()).format).toBe("jpeg");
});

test.each([
  ["damaged", async () => (await striped()).subarray(0, 3_000)],
  ["no picture", async () => Buffer.from("%PDF-1.4")],
  ["too many pixels", () => sharp({ create: { width: 8_000, height: 7_000, channels: 3, background: "#fff" } }).png({ compressionLevel: 9 }).toBuffer()],
])("what is %s is not rendered", async (_what, picture) => {
  expect(await renderRedacted(await picture(), { whole: "none", regions: [] })).toBeNull();
});
