import { openSharp } from "~/infra/uploads/open-sharp.server";
import { longestSide, mostPixels, secondsPerPicture } from "~/infra/uploads/picture-bounds";
import { boxOf, type Box, type PictureRedaction } from "./picture-redaction";

export const renditionType = "image/jpeg";

/** So many samples stand for what is blurred, whatever its size: shapes and colours stay, no letter and no face does. */
const samplesAcross = { whole: 24, part: 6 } as const;

/** A picture as its pixels. */
export type Raw = { data: Buffer; info: { width: number; height: number; channels: 1 | 2 | 3 | 4 } };
const rawOf = async ({ data, info }: Raw) => (await openSharp())(data, { raw: { width: info.width, height: info.height, channels: info.channels } });

/**
 * The picture decoded, upright, redacted and encoded anew: nothing of the original's bytes goes along, so neither EXIF nor
 * place nor thumbnail. Of a moving picture the first frame. Pixels, time and size are bounded as on upload.
 *
 * @returns null when it cannot be rendered
 */
export async function renderRedacted(original: Uint8Array, redaction: PictureRedaction): Promise<Buffer | null> {
  try {
    const sharp = await openSharp();
    const upright = await sharp(original, { limitInputPixels: mostPixels, failOn: "error", pages: 1 })
      .timeout({ seconds: secondsPerPicture })
      .rotate()
      .resize({ width: longestSide, height: longestSide, fit: "inside", withoutEnlargement: true })
      .flatten({ background: "#ffffff" })
      .toColourspace("srgb")
      .raw()
      .toBuffer({ resolveWithObject: true });
    return await covered(upright as Raw, redaction);
  } catch {
    return null;
  }
}

/** Pixels with parts covered, encoded as {@link renditionType}. */
export async function covered(picture: Raw, { whole, regions }: PictureRedaction): Promise<Buffer> {
  const base = whole === "blur" ? await blurred(picture, { left: 0, top: 0, width: picture.info.width, height: picture.info.height }, samplesAcross.whole) : picture;
  const covers = await Promise.all(
    regions.map(async ({ how, ...region }) => {
      const box = boxOf(region, picture.info);
      const { left, top, width, height } = box;
      if (how === "blackout") return { input: { create: { width, height, channels: 3 as const, background: "#000000" } }, left, top };
      const { data, info } = await blurred(base, box, samplesAcross.part);
      return { input: data, raw: info, left, top };
    }),
  );
  // Blackouts last: nothing that is blurred lies over them.
  const ordered = [...covers.filter(({ input }) => Buffer.isBuffer(input)), ...covers.filter(({ input }) => !Buffer.isBuffer(input))];
  return await (await rawOf(base)).composite(ordered).timeout({ seconds: secondsPerPicture }).jpeg({ quality: 90, chromaSubsampling: "4:4:4" }).toBuffer();
}

async function blurred(picture: Raw, box: Box, across: number): Promise<Raw> {
  const longest = Math.max(box.width, box.height);
  const few = (side: number) => Math.max(1, Math.round((side / longest) * Math.min(across, longest)));
  const small = (await (await rawOf(picture)).extract(box).resize({ width: few(box.width), height: few(box.height), fit: "fill" }).raw().toBuffer({ resolveWithObject: true })) as Raw;
  return (await (await rawOf(small)).resize({ width: box.width, height: box.height, fit: "fill", kernel: "cubic" }).raw().toBuffer({ resolveWithObject: true })) as Raw;
}
