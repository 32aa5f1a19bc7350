import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";
import { z } from "zod";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { requireStaff } from "~/modules/access/require-staff.server";
import { mailHtmlPolicy } from "~/modules/inbound-mail/mail-html";
import { openEvidence } from "~/modules/intake/open-evidence.server";
import { tryEvidenceAgain } from "~/modules/intake/try-evidence-again.server";

const params = z.object({ id: z.uuid() });

const wanted = z.discriminatedUnion("view", [
  z.object({ view: z.enum(["original", "rendition", "html"]) }),
  z.object({ view: z.literal("page"), number: z.coerce.number().int().min(1).max(1_000) }),
]);

/**
 * Evidence. Without more, the original byte for byte, as an attachment that no browser runs or renders as a page of ours.
 * `?view=` gives what was made of it to be looked at: `rendition` (a picture or text), `page` and `number` of a PDF, or a mail's
 * `html`, which a frame without any rights shows.
 */
export async function loader({ request, context, params: given }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context);
  const parsed = params.safeParse(given);
  const part = wanted.safeParse({ view: "original", ...Object.fromEntries(new URL(request.url).searchParams) });
  const opened = parsed.success && part.success
    ? await openEvidence(context.deps, actor, { fileId: parsed.data.id, ...part.data })
    : ({ ok: false, reason: "not_found" } as const);
  if (!opened.ok) {
    const { status, sentence } = refusalText(opened.reason);
    return new Response(sentence, { status, headers: { ...safeHeaders, "Content-Type": "text/plain; charset=utf-8" } });
  }
  const { view } = part.data!;
  return new Response(new Uint8Array(opened.bytes), {
    headers: {
      ...safeHeaders,
      ...(view === "html" ? { "Content-Security-Policy": mailHtmlPolicy, "X-Frame-Options": "SAMEORIGIN" } : {}),
      "Content-Type": opened.mediaType.startsWith("text/") && view !== "original" ? `${opened.mediaType}; charset=utf-8` : opened.mediaType,
      "Content-Length": String(opened.bytes.length),
      "Content-Disposition": `${view === "original" ? "attachment" : "inline"}; filename="${asciiName(opened.fileName)}"; filename*=UTF-8''${encodeURIComponent(opened.fileName)}`,
      "X-Content-SHA-256": opened.sha256,
    },
  });
}

const back = z.string().regex(/^\/(?![/\\])/).max(500).catch("/");

/** Has the worker try again what failed with it, and goes back to the page that was looked at. */
export async function action({ request, context, params: given }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context);
  const parsed = params.safeParse(given);
  const tried = parsed.success ? await tryEvidenceAgain(context.deps, actor, { fileId: parsed.data.id }) : ({ ok: false, reason: "not_found" } as const);
  if (tried.ok) return redirect(back.parse((await readForm(request)).get("back")));
  const { status, sentence } = refusalText(tried.reason);
  return new Response(sentence, { status, headers: { ...safeHeaders, "Content-Type": "text/plain; charset=utf-8" } });
}

const safeHeaders = {
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "private, no-store",
};

const asciiName = (name: string): string => name.replace(/[^A-Za-z0-9._ -]/g, "_");
