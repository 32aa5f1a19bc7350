import sharp from "sharp";

/** A small real photograph's worth of pixels, with the place and camera a phone would leave in it. */
export const smallPng = (): Promise<Buffer> =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: { r: 200, g: 120, b: 60 } } })
    .withExif({ IFD0: { Make: "Camera", Software: "Phone" } })
    .png()
    .toBuffer();
