import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { Link2, Paperclip } from "lucide-react";
import { Badge } from "~/components/badge";
import { DenseItem, DenseList } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { Time } from "~/components/time";
import { requireStaff } from "~/modules/access/require-staff.server";
import { WaveMark } from "~/modules/cases/wave-mark";
import { intakeListAsked } from "~/modules/intake/intake-list.queries.server";
import { IntakePage } from "~/modules/intake/intake-page";
import { reportsToMatch } from "~/modules/intake/intake.queries.server";

export const meta: MetaFunction = () => [{ title: "Reports to match" }];

export async function loader({ request, context: { deps } }: LoaderFunctionArgs) {
  await requireStaff(request, { deps }, "case:read");
  const { asked, shown, show } = await intakeListAsked(deps, request);
  const setAside = show === "set_aside";
  return { ...shown, ...(await reportsToMatch(deps.db, { ...asked, setAside })), setAside, now: deps.clock().toISO() };
}

export default function ReportsToMatch() {
  const { setAside, rows, now, ...list } = useLoaderData<typeof loader>();
  return (
    <IntakePage
      {...list}
      current={setAside ? "set_aside" : "to_match"}
      title={setAside ? "Reports set aside" : "Reports to match"}
      lead={
        setAside
          ? "They came from reporters who are muted after a warning. When the mute is over, they go to those to match; any of them can be taken up sooner."
          : "It is not clear which account these reports are about, or which rule. The longest waiting come first."
      }
    >
      {rows.length === 0 ? (
        setAside ? (
          <EmptyState title="Nothing is set aside" icon={<Link2 aria-hidden="true" className="size-8" />}>
            Reports of a muted reporter are kept here until the mute is over or somebody takes them up.
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
    </IntakePage>
  );
}
