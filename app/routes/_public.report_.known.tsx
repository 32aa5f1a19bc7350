import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { PageHeader } from "~/components/page-header";
import { localeOf } from "~/infra/http/locale";
import { wordsIn } from "~/modules/intake/words";

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: wordsIn(data?.locale ?? "en").sent.knownTitle }, { name: "robots", content: "noindex" }];

/** Shows back the reference it is given and looks nothing up: the private link goes by mail to the address it belongs to. */
export function loader({ request }: LoaderFunctionArgs) {
  const reference = new URL(request.url).searchParams.get("ref") ?? "";
  return { locale: localeOf(request), reference: /^R-[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}$/.test(reference) ? reference : null };
}

export default function KnownReport() {
  const { locale, reference } = useLoaderData<typeof loader>();
  const { sent } = wordsIn(locale);
  return (
    <div className="grid gap-4">
      <PageHeader title={sent.knownTitle} lead={sent.knownLead} />
      {reference ? (
        <div className="rounded-lg border border-line bg-surface p-5">
          <p className="text-sm text-muted">{sent.reference}</p>
          <p className="font-mono text-xl font-semibold">{reference}</p>
        </div>
      ) : null}
      <p>{sent.knownMail}</p>
    </div>
  );
}
