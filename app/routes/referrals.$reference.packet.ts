import { createReadableStreamFromReadable, type ActionFunctionArgs } from "@remix-run/node";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { isId } from "~/infra/id";
import { requireStaff } from "~/modules/access/require-staff.server";
import { exportPacket } from "~/modules/referrals/export-packet.server";
import { reasonSchema } from "~/modules/referrals/referral.schema";

/** A packet, as a download. Its taking is on record before its first byte leaves. */
export async function action({ request, context, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "referral:export");
  const form = await readForm(request);
  const reason = reasonSchema.safeParse(form.get("reason"));
  const packetId = String(form.get("packetId") ?? "");
  const exported = !reason.success
    ? ({ ok: false, reason: "reason_missing" } as const)
    : isId(packetId)
      ? await exportPacket(context.deps, actor, { packetId, reason: reason.data })
      : ({ ok: false, reason: "not_found" } as const);
  if (!exported.ok) return redirectWithFlash(`/referrals/${encodeURIComponent(params.reference ?? "")}`, { tone: "danger", text: refusalText(exported.reason).sentence });
  return new Response(createReadableStreamFromReadable(exported.open()), {
    headers: {
      "Content-Type": "application/zip",
      "Content-Length": String(exported.size),
      "Content-Disposition": `attachment; filename="${exported.fileName}"`,
      "X-Content-SHA-256": exported.sha256,
      "X-Content-Type-Options": "nosniff",
      "Cache-Control": "private, no-store",
    },
  });
}
