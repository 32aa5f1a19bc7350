import { readFile } from "node:fs/promises";
import { fileTypeFromBuffer } from "file-type";
import { sanitiseText } from "../text";
import { decodeText } from "./decode-text";
import { claimOfMediaType, extensionOf, isImage, typeOfExtension } from "./file-types";
import type { FileFault, RefusedFile } from "./limits";
import { openSharp } from "./open-sharp.server";
import { longestSide, mostPixels, secondsPerPicture } from "./picture-bounds";
import { inspectPdf } from "./pdf-inspection";
import type { ReceivedFile } from "./receive-form.server";

/** A file that is what it says it is. */
export interface ExaminedFile {
  name: string;
  mediaType: string;
  /** The original, still on disk. */
  path: string;
  size: number;
  /** What people look at: a re-encoded picture without EXIF, or cleaned text. Null for a PDF: only the original. */
  rendition: { mediaType: string; bytes: Buffer } | null;
}

export type Examination = { ok: true; file: ExaminedFile } | { ok: false; refused: RefusedFile };

/** Says whether a received file is a picture, PDF or text as claimed, and makes the rendition staff will see. */
export async function examineFile(received: ReceivedFile): Promise<Examination> {
  const refuse = (fault: FileFault, more: Partial<RefusedFile> = {}): Examination => ({
    ok: false,
    refused: { name: received.name, fault, ...more },
  });
  const bytes = await readFile(received.path);
  const extension = extensionOf(received.name);
  if (extension && !Object.hasOwn(typeOfExtension, extension)) return refuse("unsupported");

  const found = await sniff(bytes);
  if (!found || !isSupported(found)) return refuse("unsupported", found ? { found } : {});
  const claims = [extension && typeOfExtension[extension], claimOfMediaType(received.claimed)].filter((claim) => claim !== null);
  const lie = claims.find((claim) => claim !== found);
  if (lie) return refuse("mislabelled", { claimed: lie, found });

  const hidden = await hiddenContent(bytes, found);
  if (hidden) return refuse(hidden);
  const rendition = await render(bytes, found);
  if (typeof rendition === "string") return refuse(rendition);
  return { ok: true, file: { name: received.name, mediaType: found, path: received.path, size: received.size, rendition } };
}

/** What any bytes are, and what people can look at of them: nothing where they are damaged, too large or of a kind that is not shown. */
export interface LookedInto {
  /** By content; a kind that content does not tell is `application/octet-stream`. */
  mediaType: string;
  rendition: ExaminedFile["rendition"];
}

/** For files that are kept whatever they are, as a mail's attachments are: nothing is refused, only not shown. */
export async function lookInto(bytes: Buffer): Promise<LookedInto> {
  const mediaType = (bytes.length > 0 ? await sniff(bytes) : null) ?? "application/octet-stream";
  const rendition = isSupported(mediaType) && mediaType !== "application/pdf" ? await render(bytes, mediaType) : null;
  return { mediaType, rendition: typeof rendition === "string" ? null : rendition };
}

const isSupported = (type: string): boolean => Object.values(typeOfExtension).includes(type);

/** The type by content. Text has no signature, and may begin like one by accident ("BM", "MZ"): it is what decodes as text. */
async function sniff(bytes: Buffer): Promise<string | null> {
  if (!startsAsPdf(bytes) && decodeText(bytes) !== null) return "text/plain";
  const signature = await fileTypeFromBuffer(bytes);
  if (!signature) return null;
  return signature.mime === "image/apng" ? "image/png" : signature.mime;
}

const startsAsPdf = (bytes: Buffer): boolean => bytes.subarray(0, 5).toString("latin1") === "%PDF-";

/**
 * What a file carries beside what it shows: a second file type for another reader (a polyglot), or a program. The tags
 * looked for are long enough never to occur by chance in compressed data.
 */
async function hiddenContent(bytes: Buffer, type: string): Promise<FileFault | null> {
  const head = bytes.subarray(0, 1024).toString("latin1");
  if (type === "text/plain") return /^\s*(<\?xml|<svg|<!doctype|<html|<script)/i.test(head.replace(/^\xef\xbb\xbf/, "")) ? "active_content" : null;
  if (type !== "application/pdf" && head.includes("%PDF-")) return "two_in_one";
  if (bytes.subarray(-65_557).includes("PK\x05\x06")) return "two_in_one";
  const text = bytes.toString("latin1");
  if (/<script[\s>]|<\?php|<!doctype html|<html[\s>]/i.test(text)) return type === "application/pdf" ? "active_content" : "two_in_one";
  if (type !== "application/pdf") return null;
  const inspected = await inspectPdf(bytes);
  return inspected === "active" ? "active_content" : inspected === "unreadable" ? "uninspectable" : null;
}

async function render(bytes: Buffer, type: string): Promise<ExaminedFile["rendition"] | FileFault> {
  if (isImage(type)) return renderPicture(bytes);
  if (type === "text/plain") return { mediaType: "text/plain", bytes: Buffer.from(sanitiseText(decodeText(bytes) ?? "")) };
  return startsAsPdf(bytes) && bytes.subarray(-2048).includes("%%EOF") ? null : "damaged";
}

/** Decoded and encoded anew: upright, in sRGB, without EXIF, place or thumbnail, and no larger than a screen needs. */
async function renderPicture(bytes: Buffer): Promise<ExaminedFile["rendition"] | FileFault> {
  try {
    const sharp = await openSharp();
    const picture = sharp(bytes, { limitInputPixels: mostPixels, failOn: "error", pages: 1 });
    const { width, height } = await picture.metadata();
    if (width * height > mostPixels) return "too_many_pixels";
    const rendered = await picture
      .timeout({ seconds: secondsPerPicture })
      .rotate()
      .resize({ width: longestSide, height: longestSide, fit: "inside", withoutEnlargement: true })
      .webp({ quality: 86 })
      .toBuffer();
    return { mediaType: "image/webp", bytes: rendered };
  } catch (error) {
    return error instanceof Error && /pixel limit|timeout/i.test(error.message) ? "too_many_pixels" : "damaged";
  }
}
