import type { LoaderFunctionArgs } from "@remix-run/node";
import { download, noDownload } from "~/infra/http/download";
import { tooManyRequests } from "~/infra/http/rate-limit.server";
import { isId } from "~/infra/id";
import { openPrivateLink } from "~/modules/access/private-link.server";
import { statementPdf } from "~/modules/appeals/statement-pdf.server";

const gone = "This link opens nothing. Este enlace no abre nada.";

/** The account holder's own statement of reasons as a PDF, behind the same private link as the page about the account. */
export async function loader({ params, context }: LoaderFunctionArgs) {
  const { deps, clientIp } = context;
  const link = await openPrivateLink(deps, "account_standing", params.token ?? "");
  if (!link) {
    const missed = await deps.limits.take("link.miss", clientIp);
    if (!missed.ok) throw tooManyRequests(missed);
    return noDownload(gone);
  }
  const printed = isId(params.actionId) ? await statementPdf(deps.db, { accountId: link.accountId, actionId: params.actionId }) : null;
  return printed ? download(printed.bytes, { fileName: printed.fileName, mediaType: "application/pdf" }) : noDownload(gone);
}
