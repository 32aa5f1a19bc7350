import { z } from "zod";

/**
 * The form of a packet; a reader that does not know it says so. The first one did not say what a redacted file was made
 * of, and the second one only in its list of evidence what was done to it or left out of it.
 */
export const packetFormat = "trust-safety-packet/3";
export const earlierFormats = ["trust-safety-packet/1", "trust-safety-packet/2"] as const;

export const manifestPath = "manifest.json";
export const signaturePath = "manifest.sig";
/** What each piece of evidence is, where it lies and what was made of it. */
export const indexPath = "evidence/index.json";

/** What bounds a packet, so that a reader can refuse a hostile one before it reads it. */
export const packetLimits = { entries: 20_000, manifestBytes: 16 * 1024 * 1024, pathLength: 200 } as const;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const manifestSchema = z.strictObject({
  format: z.enum([packetFormat, ...earlierFormats]),
  referral: z.string().regex(/^[A-Z0-9-]{1,40}$/),
  version: z.number().int().positive(),
  approvedAt: z.iso.datetime(),
  /** Who signed: the whole public key, and its SHA-256 by which it is published. */
  signer: z.strictObject({ algorithm: z.literal("Ed25519"), fingerprint: sha256, publicKey: z.string().min(1) }),
  /** `source`: SHA-256 of the file that a redacted one was made of, which stays where it was taken in; `note`: what was done to it. */
  files: z.array(z.strictObject({ path: z.string().refine(isSafePath), size: z.number().int().nonnegative(), sha256, source: sha256.optional(), note: z.string().optional() })),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** The manifest's bytes: the same for the same content, files in the order of their paths. */
export function manifestBytes(manifest: Manifest): Buffer {
  const files = [...manifest.files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const { format, referral, version, approvedAt, signer } = manifest;
  return Buffer.from(`${JSON.stringify({ format, referral, version, approvedAt, signer, files }, null, 2)}\n`, "utf8");
}

/** A path every system reads the same way: plain letters, no way up or out, no drive, no name that is special somewhere. */
export function isSafePath(path: string): boolean {
  if (path.length > packetLimits.pathLength || !/^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(path)) return false;
  return path.split("/").every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".") && !/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(part));
}
