import { useNavigate } from "@remix-run/react";
import { useEffect, useState, type PointerEvent } from "react";
import { Button } from "~/components/button";
import { barAt, barName, HealthChart, type Bar, type ChartMark, type ChartSelection } from "./health-chart";
import { brushed, rangeQuery } from "./sender-health";

/**
 * The chart with a range to be chosen on it: by dragging over the bars, or by the two sliders below. The address holds the range, and the
 * form above the chart chooses the same without scripts. To be given a `key` by what it shows, so that a choice ends with its bars.
 */
export function HealthBrush({ bars, marks }: { bars: readonly Bar[]; marks: readonly ChartMark[] }) {
  const navigate = useNavigate();
  const [isLive, setLive] = useState(false);
  const [anchor, setAnchor] = useState<number | null>(null);
  const [selection, setSelection] = useState<ChartSelection | null>(null);
  useEffect(() => setLive(true), []);

  const last = bars.length - 1;
  const chosen = selection ?? { first: 0, last };
  const between = (one: number, other: number): ChartSelection => ({ first: Math.min(one, other), last: Math.max(one, other) });
  const queryOf = ({ first, last: end }: ChartSelection) => `?${rangeQuery(brushed(bars[first]!.key, bars[end]!.key))}`;
  const show = (range: ChartSelection) => navigate(queryOf(range), { preventScrollReset: true });
  const under = (event: PointerEvent<SVGSVGElement>): number => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return barAt((event.clientX - left) / width, bars.length);
  };
  if (!isLive || bars.length < 2) return <HealthChart bars={bars} marks={marks} />;

  const slider = (label: string, value: number, move: (to: number) => void) => (
    <label className="grid min-w-0 flex-1 gap-1 text-sm">
      <span>
        {label} <span className="text-muted tabular-nums">{barName(bars[value]!.key)}</span>
      </span>
      <input type="range" min={0} max={last} value={value} aria-valuetext={barName(bars[value]!.key)} onChange={(event) => move(Number(event.target.value))} className="min-h-6 w-full accent-accent" />
    </label>
  );
  return (
    <>
      <HealthChart
        bars={bars}
        marks={marks}
        selection={selection}
        surface={{
          onPointerDown: (event) => {
            if (event.button !== 0) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            const at = under(event);
            setAnchor(at);
            setSelection(between(at, at));
          },
          onPointerMove: (event) => {
            if (anchor !== null) setSelection(between(anchor, under(event)));
          },
          onPointerUp: (event) => {
            if (anchor === null) return;
            const range = between(anchor, under(event));
            setAnchor(null);
            setSelection(range);
            show(range);
          },
          onPointerCancel: () => {
            setAnchor(null);
            setSelection(null);
          },
        }}
      />
      <div role="group" aria-label="Choose a part of the chart" className="flex flex-wrap items-end gap-4 px-4 pb-4">
        {slider("From", chosen.first, (to) => setSelection({ first: to, last: Math.max(to, chosen.last) }))}
        {slider("To", chosen.last, (to) => setSelection({ first: Math.min(to, chosen.first), last: to }))}
        <Button type="button" size="sm" onClick={() => show(chosen)} disabled={selection === null}>
          Show this part
        </Button>
      </div>
    </>
  );
}
