import type { LoaderFunctionArgs } from "@remix-run/node";
import { download, noDownload } from "~/infra/http/download";
import { isId } from "~/infra/id";
import { requireStaff } from "~/modules/access/require-staff.server";
import { singleFile } from "~/modules/transparency/batch-file";
import { statementPage } from "~/modules/transparency/statements.queries.server";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";

/** One statement for the transparency database: as it was handed over, or as it would be. One that is held back is not given. */
export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "statement:read");
  const statement = isId(params.id) ? await statementPage(context.deps, params.id) : null;
  if (!statement) return noDownload("There is no such statement.");
  await noteOutcomeSeen(context.deps, actor, { statementIds: [statement.id] });
  if (statement.batch === null && statement.state !== "ready") return noDownload("This statement is held back, so there is nothing to download.", 409);
  return download(singleFile(statement.fields), { fileName: `statement-${statement.id}.json`, mediaType: "application/json" });
}
