/** Media types taken as evidence, by the extensions that claim them. Nothing else is stored. */
export const typeOfExtension: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  jfif: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  gif: "image/gif",
  avif: "image/avif",
  pdf: "application/pdf",
  txt: "text/plain",
  text: "text/plain",
  log: "text/plain",
  csv: "text/plain",
  eml: "text/plain",
};

/** What senders call the same thing; types that claim nothing in particular are left out. */
const aliases: Readonly<Record<string, string>> = {
  "image/jpg": "image/jpeg",
  "image/pjpeg": "image/jpeg",
  "image/x-png": "image/png",
  "application/x-pdf": "application/pdf",
  "text/csv": "text/plain",
  "message/rfc822": "text/plain",
};

const known = new Set(Object.values(typeOfExtension));

/** The supported type a declared media type stands for, or null when it claims nothing we check. */
export function claimOfMediaType(declared: string): string | null {
  const type = aliases[declared] ?? declared;
  return known.has(type) ? type : null;
}

/** The extension of a file name, lower case and without its dot; null when there is none. */
export function extensionOf(name: string): string | null {
  return /\.([A-Za-z0-9]{1,8})$/.exec(name)?.[1]?.toLowerCase() ?? null;
}

export const isPdf = (mediaType: string): boolean => mediaType === "application/pdf";

export const isImage = (mediaType: string): boolean => mediaType.startsWith("image/");
