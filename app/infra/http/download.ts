/** A file of ours that is saved, not shown as a page of ours. The name holds only what every system takes. */
export function download(bytes: Buffer | string, { fileName, mediaType }: { fileName: string; mediaType: string }): Response {
  const body = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
  return new Response(new Uint8Array(body), {
    headers: {
      "Content-Type": mediaType,
      "Content-Length": String(body.length),
      "Content-Disposition": `attachment; filename="${fileName.replace(/[^A-Za-z0-9._-]/g, "_")}"`,
      "X-Content-Type-Options": "nosniff",
      "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
      "Cross-Origin-Resource-Policy": "same-origin",
      "Cache-Control": "private, no-store",
    },
  });
}

/** The answer of a download that is not there. */
export const noDownload = (sentence: string, status = 404): Response =>
  new Response(sentence, { status, headers: { "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store" } });
