import type { LoaderFunctionArgs } from "@remix-run/node";
import { download, noDownload } from "~/infra/http/download";
import { isId } from "~/infra/id";
import { requireStaff } from "~/modules/access/require-staff.server";
import { statementPdf } from "~/modules/appeals/statement-pdf.server";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";

/** The statement as the account holder was sent it, for the file. */
export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "case:read");
  const printed = isId(params.id) ? await statementPdf(context.deps.db, { statementId: params.id }) : null;
  if (printed && params.id) await noteOutcomeSeen(context.deps, actor, { statementIds: [params.id] });
  return printed ? download(printed.bytes, { fileName: printed.fileName, mediaType: "application/pdf" }) : noDownload("There is no such statement.");
}
