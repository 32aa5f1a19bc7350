import { data, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { EmptyState } from "~/components/empty-state";
import { localeOf } from "~/infra/http/locale";
import { tooManyRequests } from "~/infra/http/rate-limit.server";
import { openPrivateLink } from "~/modules/access/private-link.server";
import { holderHealth } from "~/modules/appeals/holder-health.queries.server";
import { HolderHealthPage } from "~/modules/appeals/holder-health-page";
import { holderHealthWords } from "~/modules/appeals/holder-health-words";

export const meta: MetaFunction<typeof loader> = ({ data: page }) => [{ title: holderHealthWords(page?.locale ?? "en").pageTitle }, { name: "robots", content: "noindex" }, { name: "referrer", content: "no-referrer" }];

/** What an account sends, for its holder: behind a link of its own, which ends and can be taken back, or behind the one to their standing. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { deps, clientIp } = context;
  const token = params.token ?? "";
  const link = (await openPrivateLink(deps, "sender_health", token)) ?? (await openPrivateLink(deps, "account_standing", token));
  const asked = new URL(request.url).searchParams.has("lang") ? localeOf(request) : null;
  const health = link && (await holderHealth(deps, link.accountId, asked));
  if (health) return data({ locale: health.language, health });
  const missed = await deps.limits.take("link.miss", clientIp);
  if (!missed.ok) throw tooManyRequests(missed);
  return data({ locale: localeOf(request), health: null }, { status: 404 });
}

export default function SendingPage() {
  const { health, locale } = useLoaderData<typeof loader>();
  const words = holderHealthWords(locale);
  return health ? <HolderHealthPage health={health} /> : <EmptyState title={words.goneTitle}>{words.gone}</EmptyState>;
}
