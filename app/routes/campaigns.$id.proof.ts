import { createReadableStreamFromReadable, type LoaderFunctionArgs } from "@remix-run/node";
import { noDownload } from "~/infra/http/download";
import { refusalText } from "~/infra/http/refusals";
import { isId } from "~/infra/id";
import { requireStaff } from "~/modules/access/require-staff.server";
import { exportProof, proofKinds } from "~/modules/policy/proof/export-proof.server";

/** Who was told of a version of a policy, and what shows it: `?file=zip`, `csv` or `proof`. */
export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "notice:export");
  const asked = new URL(request.url).searchParams.get("file") ?? "zip";
  const kind = proofKinds.find((one) => one === asked);
  if (!kind || !isId(params.id)) return noDownload("There is no such file.");
  const exported = await exportProof(context.deps, actor, { campaignId: params.id, kind });
  if (!exported.ok) return noDownload(refusalText(exported.reason).sentence, refusalText(exported.reason).status);
  const { stream, fileName, mediaType } = exported;
  if (request.signal.aborted) stream.destroy();
  request.signal.addEventListener("abort", () => stream.destroy());
  return new Response(createReadableStreamFromReadable(stream), {
    headers: { "Content-Type": mediaType, "Content-Disposition": `attachment; filename="${fileName}"`, "X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store" },
  });
}
