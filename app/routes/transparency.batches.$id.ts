import type { LoaderFunctionArgs } from "@remix-run/node";
import { download, noDownload } from "~/infra/http/download";
import { isId } from "~/infra/id";
import { requireStaff } from "~/modules/access/require-staff.server";
import { batchFile, batchFileName } from "~/modules/transparency/batch-file";
import { batchById } from "~/modules/transparency/statements.queries.server";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";

/** A batch as it was handed over, the same bytes each time. */
export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "statement:read");
  const batch = isId(params.id) ? await batchById(context.deps.db, params.id) : null;
  if (!batch) return noDownload("There is no such batch.");
  await noteOutcomeSeen(context.deps, actor, { statementBatchId: params.id! });
  return download(batchFile(batch.payloads), { fileName: batchFileName(batch.platformKey, batch.number), mediaType: "application/json" });
}
