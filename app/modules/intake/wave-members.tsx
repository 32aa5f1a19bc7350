import { Badge } from "~/components/badge";
import { DenseItem, DenseList } from "~/components/data-table";
import { TextLink } from "~/components/link";
import { Facts } from "~/components/panel";
import { Time } from "~/components/time";
import type { Wave, WaveMember, WaveSpread } from "./report-wave.queries.server";
import { leastAlike, waveDays } from "./report-wave";

interface Seen {
  now: string;
  zone: string;
}

const states: Record<string, string> = { received: "To match", attached: "In a case", dismissed: "Dismissed", resolved: "Resolved" };

export function WaveMembers({ rows, seen }: { rows: readonly WaveMember[]; seen: Seen }) {
  return (
    <DenseList label="Reports of this wave">
      {rows.map((row) => (
        <DenseItem key={row.id}>
          <div className="grid gap-1">
            <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <TextLink to={`/intake/${row.id}`} className="font-mono font-semibold">
                {row.reference}
              </TextLink>
              <Badge>{states[row.state] ?? row.state}</Badge>
              <span dir="auto" className="min-w-0 wrap-anywhere">
                {row.businessName ?? row.accusedName ?? "No name given"}
              </span>
              {row.caseReference ? (
                <span>
                  Case{" "}
                  <TextLink to={`/cases/${row.caseReference}`} className="font-mono">
                    {row.caseReference}
                  </TextLink>
                </span>
              ) : null}
              <span className="ml-auto text-muted">
                {row.likeness} % alike · <Time at={row.receivedAt} {...seen} brief />
              </span>
            </p>
            <p dir="auto" className="line-clamp-2 wrap-anywhere">
              {row.excerpt}
            </p>
          </div>
        </DenseItem>
      ))}
    </DenseList>
  );
}

const counted = (count: number, one: string, many: string): string => `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;

/** Who is named and by how many; a huge wave is counted over its newest reports, and says so. */
export function WaveFacts({ wave, spread, seen }: { wave: Wave; spread: WaveSpread; seen: Seen }) {
  const ofAll = spread.counted < wave.size ? ` of the newest ${spread.counted.toLocaleString("en-US")}` : ` of ${spread.counted.toLocaleString("en-US")}`;
  const named = spread.accounts.reduce((sum, { reports }) => sum + reports, 0);
  const others = spread.counted - spread.withoutAccount - named;
  return (
    <>
      <Facts
        facts={[
          { name: "Platform", value: wave.platform.name },
          { name: "First", value: <Time at={wave.firstAt} {...seen} className="whitespace-normal!" /> },
          { name: "Last", value: <Time at={wave.lastAt} {...seen} className="whitespace-normal!" /> },
          { name: "Told by", value: `${counted(spread.reporters, "known reporter", "known reporters")}${spread.anonymous > 0 ? `, ${spread.anonymous.toLocaleString("en-US")} anonymous` : ""}` },
          { name: "To match", value: `${spread.waiting.toLocaleString("en-US")}${ofAll}` },
        ]}
      />
      <h3 className="mt-4 font-semibold">Accounts</h3>
      <ul className="mt-1 grid gap-1 text-sm">
        {spread.accounts.map((account) => (
          <li key={account.id} className="flex flex-wrap justify-between gap-x-3">
            <TextLink to={`/accounts/${account.id}`} className="min-w-0 wrap-anywhere">
              {account.businessName}
            </TextLink>
            <span className="text-muted">
              {account.reports.toLocaleString("en-US")}
              {ofAll}
            </span>
          </li>
        ))}
        {others > 0 ? <li className="text-muted">Other accounts: {others.toLocaleString("en-US")}{ofAll}</li> : null}
        {spread.withoutAccount > 0 ? <li className="text-muted">No account yet: {spread.withoutAccount.toLocaleString("en-US")}{ofAll}</li> : null}
      </ul>
      <p className="mt-4 text-sm text-muted">
        {wave.endedAt
          ? `It is over: nothing came for ${waveDays} days. The same message would begin another.`
          : `Per cent says how much of a message is also in the first one’s, from ${leastAlike * 100} on. A wave is over when nothing came for ${waveDays} days.`}
      </p>
    </>
  );
}
