import type { LoaderFunctionArgs } from "@remix-run/node";
import { download, noDownload } from "~/infra/http/download";
import { isId } from "~/infra/id";
import { requireStaff } from "~/modules/access/require-staff.server";
import { singleFile } from "~/modules/transparency/batch-file";
import { statementPage } from "~/modules/transparency/statements.queries.server";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";

/**
 * One statement for the transparency database, to the letter as it was exported. Before that there is no file of it: handed in from one, it
 * would come again with its batch, and the database takes a puid once.
 */
export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "statement:read");
  const statement = isId(params.id) ? await statementPage(context.deps, params.id) : null;
  if (!statement) return noDownload("There is no such statement.");
  await noteOutcomeSeen(context.deps, actor, { statementIds: [statement.id] });
  if (statement.batch === null) return noDownload("This statement was not exported yet, so there is nothing to download.", 409);
  return download(singleFile(statement.fields), { fileName: `statement-${statement.id}.json`, mediaType: "application/json" });
}
