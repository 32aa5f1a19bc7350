import type sharp from "sharp";

/** Loaded with the first picture, so that a process that sees none starts sooner; nothing is cached, and one picture takes one thread. */
export async function openSharp(): Promise<typeof sharp> {
  const { default: loaded } = await import("sharp");
  loaded.cache(false);
  loaded.concurrency(1);
  return loaded;
}
