const mebibyte = 1024 * 1024;

/** What one form may carry. */
export const uploadLimits = {
  files: 10,
  fileBytes: 10 * mebibyte,
  /** All parts together, and the framing around them. */
  bodyBytes: 102 * mebibyte,
  fields: 100,
  fieldBytes: 512 * 1024,
} as const;

/** For the `accept` attribute: a hint to the file picker, never the check. */
export const acceptedFiles = ".jpg,.jpeg,.png,.webp,.gif,.avif,.pdf,.txt,.csv,.log,.eml,image/jpeg,image/png,image/webp,image/gif,application/pdf,text/plain";

export const fileFaults = [
  "too_large",
  "too_many",
  "empty",
  "unsupported",
  "mislabelled",
  "damaged",
  "too_many_pixels",
  "active_content",
  "uninspectable",
  "two_in_one",
] as const;
export type FileFault = (typeof fileFaults)[number];

/** A file that was refused. `name` is sanitised; `claimed` and `found` are media types where they matter. */
export interface RefusedFile {
  name: string;
  fault: FileFault;
  claimed?: string;
  found?: string;
}
