import type { LoaderFunctionArgs } from "@remix-run/node";
import { z } from "zod";
import { refusalText } from "~/infra/http/refusals";
import { requireStaff } from "~/modules/access/require-staff.server";
import { openEvidence } from "~/modules/intake/open-evidence.server";

const params = z.object({ id: z.uuid() });

/**
 * Evidence, always as an attachment that no browser runs or renders as a page of ours. `?view=rendition` gives the
 * re-encoded picture that `<img>` shows; without it, the original byte for byte.
 */
export async function loader({ request, context, params: given }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context);
  const parsed = params.safeParse(given);
  const view = new URL(request.url).searchParams.get("view") === "rendition" ? "rendition" : "original";
  const opened = parsed.success
    ? await openEvidence(context.deps, actor, { fileId: parsed.data.id, view })
    : ({ ok: false, reason: "not_found" } as const);
  if (!opened.ok) {
    const { status, sentence } = refusalText(opened.reason);
    return new Response(sentence, { status, headers: { ...safeHeaders, "Content-Type": "text/plain; charset=utf-8" } });
  }
  return new Response(new Uint8Array(opened.bytes), {
    headers: {
      ...safeHeaders,
      "Content-Type": opened.mediaType === "text/plain" ? "text/plain; charset=utf-8" : opened.mediaType,
      "Content-Length": String(opened.bytes.length),
      "Content-Disposition": `attachment; filename="${asciiName(opened.fileName)}"; filename*=UTF-8''${encodeURIComponent(opened.fileName)}`,
      "X-Content-SHA-256": opened.sha256,
    },
  });
}

const safeHeaders = {
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "private, no-store",
};

const asciiName = (name: string): string => name.replace(/[^A-Za-z0-9._ -]/g, "_");
