import { z } from "zod";

/** An evidence file as staff see it: what there is to look at, and the original behind it. */
export const evidenceViewSchema = z.object({
  id: z.string(),
  fileName: z.string(),
  mediaType: z.string(),
  size: z.number(),
  sha256: z.string(),
  /** What its first rendition is; null: there is none. */
  shown: z.enum(["picture", "text"]).nullable(),
  /** Pages drawn of a PDF, and how many it has. */
  pages: z.number(),
  pageCount: z.number().nullable(),
  /** Pages are still to be drawn. */
  waiting: z.boolean(),
  /** What a virus scanner found; null: it has not looked yet, or there is none. */
  scan: z.object({ verdict: z.enum(["clean", "infected"]), signature: z.string().nullable() }).nullable(),
  /** What was tried too often in vain, until a person asks for it again. */
  givenUp: z.array(z.enum(["scan", "draw", "render"])),
  /** The mail it is the original of, or came with. */
  mailId: z.string().nullable(),
  attached: z.boolean(),
  /** Its keeping time was over: there is nothing to open any more. */
  deletedAt: z.string().nullable(),
});
export type EvidenceView = z.infer<typeof evidenceViewSchema>;

/**
 * Whether people may read the text made of a file. A text's rendition is the text itself, so it waits for the virus scanner where there
 * is one, as its original does; null: there is no text.
 *
 * @param scans whether a scanner is configured
 */
export function textOf({ shown, mediaType, scan }: Pick<EvidenceView, "shown" | "mediaType" | "scan">, scans: boolean): "readable" | "waits" | "infected" | null {
  if (shown !== "text") return null;
  if (mediaType !== "text/plain") return "readable";
  if (scan) return scan.verdict === "infected" ? "infected" : "readable";
  return scans ? "waits" : "readable";
}
