import type { LoaderFunctionArgs } from "@remix-run/node";
import { refusalText } from "~/infra/http/refusals";
import { isId } from "~/infra/id";
import { requireStaff } from "~/modules/access/require-staff.server";
import { openRedacted } from "~/modules/referrals/open-redacted.server";
import { renditionType } from "~/modules/referrals/render-redacted.server";

const safeHeaders = {
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "private, no-store",
};

/** What a packet shows of a picture. Each look is on record before its first byte leaves. */
export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "referral:read");
  const opened = isId(params.fileId) ? await openRedacted(context.deps, actor, { reference: params.reference ?? "", fileId: params.fileId! }) : ({ ok: false, reason: "not_found" } as const);
  if (!opened.ok) {
    const { status, sentence } = refusalText(opened.reason);
    return new Response(sentence, { status, headers: { ...safeHeaders, "Content-Type": "text/plain; charset=utf-8" } });
  }
  return new Response(new Uint8Array(opened.bytes), {
    headers: { ...safeHeaders, "Content-Type": renditionType, "Content-Length": String(opened.bytes.length), "Content-Disposition": 'inline; filename="redacted.jpg"', "X-Content-SHA-256": opened.sha256 },
  });
}
