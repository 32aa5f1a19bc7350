/** UTF-8, UTF-16 with its mark, or the Windows code page; null for what holds bytes no text has. */
export function decodeText(bytes: Buffer): string | null {
  const mark = bytes.subarray(0, 2).toString("hex");
  const wide = mark === "fffe" ? "utf-16le" : mark === "feff" ? "utf-16be" : null;
  if (!wide && bytes.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27))) return null;
  for (const encoding of wide ? [wide] : ["utf-8", "windows-1252"]) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      continue;
    }
  }
  return null;
}
