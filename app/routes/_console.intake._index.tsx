import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Form, Link, useLoaderData } from "@remix-run/react";
import { Link2, Paperclip } from "lucide-react";
import { Badge } from "~/components/badge";
import { Button } from "~/components/button";
import { DenseItem, DenseList } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { SelectControl } from "~/components/inputs";
import { PageHeader } from "~/components/page-header";
import { Pagination } from "~/components/pagination";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { requireStaff } from "~/modules/access/require-staff.server";
import { WaveMark } from "~/modules/cases/wave-mark";
import { IntakeTabs } from "~/modules/intake/intake-tabs";
import { reportsToMatch } from "~/modules/intake/intake.queries.server";
import { platformChoices } from "~/modules/platforms/platforms.queries.server";

export const meta: MetaFunction = () => [{ title: "Reports to match" }];

export async function loader({ request, context: { deps } }: LoaderFunctionArgs) {
  await requireStaff(request, { deps }, "case:read");
  const { searchParams } = new URL(request.url);
  const platforms = await platformChoices(deps.db);
  const platform = platforms.find(({ key }) => key === searchParams.get("platform")) ?? null;
  const setAside = searchParams.get("show") === "set_aside";
  const page = await reportsToMatch(deps.db, { platformId: platform?.id ?? null, after: searchParams.get("after"), setAside });
  return { ...page, setAside, platforms, platform: platform?.key ?? "", first: !searchParams.has("after"), now: deps.clock().toISO() };
}

const query = (entries: Record<string, string>) => `?${new URLSearchParams(Object.entries(entries).filter(([, value]) => value !== "")).toString()}`;

export default function ReportsToMatch() {
  const { setAside, rows, next, platforms, platform, first, now } = useLoaderData<typeof loader>();
  const show = setAside ? "set_aside" : "";
  return (
    <>
      <PageHeader
        title={setAside ? "Reports set aside" : "Reports to match"}
        lead={
          setAside
            ? "They came from reporters who are muted after a warning. Nobody has to work on them; any of them can be taken up."
            : "It is not clear which account these reports are about, or which rule. The longest waiting come first."
        }
        actions={
          <Form method="get" className="flex gap-2">
            <SelectControl name="platform" aria-label="Platform" defaultValue={platform} placeholder="All platforms" options={platforms.map(({ key, name }) => ({ value: key, label: name }))} />
            {setAside ? <input type="hidden" name="show" value="set_aside" /> : null}
            <Button type="submit">Show</Button>
          </Form>
        }
      />
      <IntakeTabs current={setAside ? "set_aside" : "to_match"} />
      <Panel flush>
        {rows.length === 0 ? (
          setAside ? (
            <EmptyState title="Nothing is set aside" icon={<Link2 aria-hidden="true" className="size-8" />}>
              Reports of a muted reporter are kept here until somebody takes them up.
            </EmptyState>
          ) : (
          <EmptyState title="Every report has its account" icon={<Link2 aria-hidden="true" className="size-8" />}>
            New reports go straight into a case when the account is certain. The others wait here.
          </EmptyState>
          )
        ) : (
          <DenseList label="Reports to match">
            {rows.map((row) => (
              <DenseItem key={row.id} className="hover:bg-hover">
                <Link to={`/intake/${row.id}`} className="grid gap-1">
                  <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
                    <span className="font-mono font-semibold">{row.reference}</span>
                    <Badge>{row.platform}</Badge>
                    <span dir="auto" className="min-w-0 font-medium wrap-anywhere">
                      {row.accusedName ?? "No name given"}
                    </span>
                    {row.waveSize ? <WaveMark size={row.waveSize} /> : null}
                    {row.files > 0 ? (
                      <span className="inline-flex items-center gap-1 text-muted">
                        <Paperclip aria-hidden="true" className="size-3.5" />
                        {row.files} {row.files === 1 ? "file" : "files"}
                      </span>
                    ) : null}
                    <span className="ml-auto text-muted">
                      <Time at={row.receivedAt} now={now} zone="UTC" brief />
                    </span>
                  </span>
                  <span className="text-muted">{row.clause ?? "No rule chosen"}</span>
                  <span dir="auto" className="line-clamp-2 wrap-anywhere">
                    {row.excerpt}
                  </span>
                </Link>
              </DenseItem>
            ))}
          </DenseList>
        )}
      </Panel>
      <Pagination previous={first ? null : `/intake${query({ platform, show })}`} next={next ? `/intake${query({ platform, show, after: next })}` : null} />
    </>
  );
}
