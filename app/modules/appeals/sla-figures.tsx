import { Facts, Panel } from "~/components/panel";
import type { SlaFigures } from "./sla-figures.queries.server";

const number = (value: number): string => value.toLocaleString("en-US");
const share = (count: number, of: number): string => (of === 0 ? "0 of 0" : `${number(count)} of ${number(of)} (${((100 * count) / of).toLocaleString("en-US", { maximumFractionDigits: 1 })} %)`);

/** How the promise was kept, with a bar for each number of business days an answer took. */
export function SlaFiguresPanel({ figures }: { figures: SlaFigures }) {
  const tallest = Math.max(1, ...figures.bars.map(({ inTime, late }) => inTime + late));
  return (
    <Panel title={`Answers of the last ${figures.windowDays} days`} className="mt-4">
      <Facts
        facts={[
          { name: "Answered in time", value: share(figures.inTime, figures.answered) },
          { name: "Time limits missed", value: `${number(figures.breaches)} recorded, answered or not` },
          { name: "Open and overdue", value: share(figures.overdue, figures.open) },
          ...(figures.unmatchedOverdue > 0 ? [{ name: "Overdue, and nobody has found the action", value: number(figures.unmatchedOverdue) }] : []),
          { name: "Waiting for the account holder", value: share(figures.paused, figures.open) },
        ]}
      />
      <figure className="mt-4">
        <figcaption className="mb-2 text-sm font-medium">Business days to the answer, of {number(figures.answered)} answered</figcaption>
        <ol className="grid gap-1 text-xs">
          {figures.bars.map(({ took, inTime, late }) => (
            <li key={took} className="flex items-center gap-2">
              <span className="w-16 shrink-0 text-right text-muted tabular-nums">{took === 20 ? "20 or more" : took}</span>
              <svg aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none" className="h-3 min-w-0 flex-1">
                <rect x="0" y="0" width={(100 * inTime) / tallest} height="10" className="fill-accent" />
                <rect x={(100 * inTime) / tallest} y="0" width={(100 * late) / tallest} height="10" className="fill-danger" />
              </svg>
              <span className="w-32 shrink-0 tabular-nums">
                {number(inTime + late)}
                {late > 0 ? `, ${number(late)} after the limit` : ""}
              </span>
            </li>
          ))}
        </ol>
      </figure>
    </Panel>
  );
}
