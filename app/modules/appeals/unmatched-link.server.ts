import type { AppLoadContext } from "@remix-run/node";
import type { Locale } from "~/infra/http/locale";
import { tooManyRequests } from "~/infra/http/rate-limit.server";
import { openPrivateLink } from "../access/private-link.server";
import { unmatchedStatus, type UnmatchedStatus } from "./unmatched-status.queries.server";
import { unmatchedWords } from "./unmatched-words";

/**
 * The appeal behind a private link of its sender. Links that open nothing are counted against the caller, so that guessing ends soon.
 *
 * @throws a 404 Response that says what to do, or 429
 */
export async function requireUnmatchedLink({ deps, clientIp }: Pick<AppLoadContext, "deps" | "clientIp">, token: string | undefined, { locale, asked }: { locale: Locale; asked: Locale | null }): Promise<UnmatchedStatus> {
  const patience = await deps.limits.check("link.miss", clientIp);
  if (!patience.ok) throw tooManyRequests(patience, locale);
  const link = await openPrivateLink(deps, "appeal_status", token ?? "");
  const status = link && (await unmatchedStatus(deps, link.unmatchedAppealId, asked));
  if (status) return status;
  await deps.limits.take("link.miss", clientIp);
  throw Response.json({ reason: "not_found", locale, sentence: unmatchedWords(locale).gone }, { status: 404 });
}
