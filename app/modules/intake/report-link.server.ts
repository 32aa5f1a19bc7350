import type { AppLoadContext } from "@remix-run/node";
import type { Locale } from "~/infra/http/locale";
import { tooManyRequests } from "~/infra/http/rate-limit.server";
import { openPrivateLink } from "../access/private-link.server";
import { wordsIn } from "./words";

/**
 * The report behind a private link. Links that open nothing are counted against the caller, so that guessing ends soon.
 *
 * @throws a 404 Response that says what to do, or 429
 */
export async function requireReportLink({ deps, clientIp }: Pick<AppLoadContext, "deps" | "clientIp">, token: string | undefined, locale: Locale): Promise<string> {
  const patience = await deps.limits.check("link.miss", clientIp);
  if (!patience.ok) throw tooManyRequests(patience, locale);
  const link = await openPrivateLink(deps, "report_status", token ?? "");
  if (link) return link.reportId;
  await deps.limits.take("link.miss", clientIp);
  throw Response.json({ reason: "not_found", locale, sentence: wordsIn(locale).status.notFound }, { status: 404 });
}
