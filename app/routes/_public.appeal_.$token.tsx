import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { localeOf } from "~/infra/http/locale";
import { requireUnmatchedLink } from "~/modules/appeals/unmatched-link.server";
import { UnmatchedStatusView } from "~/modules/appeals/unmatched-status";
import { unmatchedWords } from "~/modules/appeals/unmatched-words";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [
  { title: loaded ? unmatchedWords(loaded.locale).title(loaded.status.reference) : "404" },
  { name: "robots", content: "noindex" },
];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const locale = localeOf(request);
  const asked = new URL(request.url).searchParams.has("lang") ? locale : null;
  const status = await requireUnmatchedLink(context, params.token, { locale, asked });
  return { status, locale: status.language, now: context.deps.clock().toISO() };
}

export default function UnmatchedStatusPage() {
  return <UnmatchedStatusView {...useLoaderData<typeof loader>()} />;
}
