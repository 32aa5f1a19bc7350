import type { PointerEventHandler } from "react";
import type { Totals } from "./sender-health";
import { figure } from "./signal-words";

/** One day or hour, named by `2026-11-20` or `2026-11-20T14`. */
export interface Bar extends Pick<Totals, "sent" | "optOuts"> {
  key: string;
}

/** A measure, from the hour it began to the hour it ended, where it has. */
export interface ChartMark {
  id: string;
  reference: string;
  slot: string;
  endSlot: string | null;
}

export interface ChartWords {
  label: string;
  image: (first: string, last: string) => string;
  caption: (mostSent: string, mostOut: string) => string;
}

const english: ChartWords = {
  label: "Messages and opt-outs over time",
  image: (first, last) => `Messages sent and opt-outs, ${first} to ${last}. The table has the numbers.`,
  caption: (mostSent, mostOut) => `Bars: messages sent, ${mostSent} at most. Points: opt-outs, ${mostOut} at most. Solid line: a measure began. Broken line: it ended.`,
};

const [width, height, foot] = [960, 180, 24];

/** "2026-11-20" or "2026-11-20 14:00" */
export const barName = (key: string): string => (key.length > 10 ? `${key.slice(0, 10)} ${key.slice(11)}:00` : key);

/** Which bar lies at a part of the chart's width, 0 at its left and 1 at its right end. */
export const barAt = (part: number, count: number): number => Math.min(count - 1, Math.max(0, Math.floor(part * count)));

export interface ChartSelection {
  first: number;
  last: number;
}

/** Messages of each day or hour as bars, opt-outs as points over them, and a line where a measure began. */
export function HealthChart({
  bars,
  marks = [],
  words = english,
  selection = null,
  surface = {},
}: {
  bars: readonly Bar[];
  marks?: readonly ChartMark[];
  words?: ChartWords;
  selection?: ChartSelection | null;
  /** What the chart answers to where it can be dragged over. */
  surface?: Partial<Record<"onPointerDown" | "onPointerMove" | "onPointerUp" | "onPointerCancel", PointerEventHandler<SVGSVGElement>>>;
}) {
  const step = width / Math.max(1, bars.length);
  const most = Math.max(0, ...bars.map(({ sent }) => sent));
  const mostOut = Math.max(0, ...bars.map(({ optOuts }) => optOuts));
  const y = (part: number, of: number) => (height - foot) * (1 - part / Math.max(1, of));
  const indexOf = (slot: string | null) => (slot === null ? -1 : bars.findIndex(({ key }) => slot.startsWith(key)));
  const names = [bars[0], bars.at(-1)].map((bar) => (bar ? barName(bar.key) : ""));
  return (
    <figure className="grid grid-cols-[minmax(0,1fr)] gap-2 p-4">
      {/* Where it is wider than the window, it begins at its end: the newest day is in sight first. */}
      <div tabIndex={0} role="group" aria-label={words.label} className="overflow-x-auto [direction:rtl]">
        <svg
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={words.image(names[0]!, names[1]!)}
          className={`h-auto w-full min-w-[560px] [direction:ltr] ${surface.onPointerDown ? "cursor-crosshair touch-pan-y select-none" : ""}`}
          {...surface}
        >
          {selection ? <rect x={selection.first * step} width={(selection.last - selection.first + 1) * step} y="0" height={height - foot} fill="currentColor" className="text-accent" opacity="0.18" data-selection /> : null}
          <line x1="0" x2={width} y1={height - foot} y2={height - foot} stroke="currentColor" className="text-edge" />
          {bars.map(({ key, sent, optOuts }, index) => (
            <g key={key}>
              <rect x={index * step + step * 0.15} width={step * 0.7} y={y(sent, most)} height={height - foot - y(sent, most)} fill="currentColor" className="text-accent" opacity="0.55" />
              {optOuts > 0 ? <circle cx={(index + 0.5) * step} cy={Math.max(5, y(optOuts, mostOut))} r="4" fill="currentColor" className="text-danger" /> : null}
            </g>
          ))}
          {marks.map(({ id, slot, endSlot, reference }, index) => {
            const [began, ended] = [indexOf(slot), indexOf(endSlot)];
            const isRight = began * step > width - 140;
            return (
              <g key={id} className="text-ink">
                {began >= 0 ? (
                  <>
                    <line x1={began * step} x2={began * step} y1="0" y2={height - foot} stroke="currentColor" strokeWidth="2" />
                    <text x={began * step + (isRight ? -4 : 4)} y={12 + 14 * (index % 4)} fontSize="12" fill="currentColor" textAnchor={isRight ? "end" : "start"}>
                      {reference}
                    </text>
                  </>
                ) : null}
                {ended >= 0 ? <line x1={ended * step} x2={ended * step} y1="0" y2={height - foot} stroke="currentColor" strokeWidth="2" strokeDasharray="4 4" /> : null}
              </g>
            );
          })}
          <text x="0" y={height - 6} fontSize="12" fill="currentColor" className="text-muted">
            {names[0]}
          </text>
          {bars.length > 1 ? (
            <text x={width} y={height - 6} fontSize="12" fill="currentColor" textAnchor="end" className="text-muted">
              {names[1]}
            </text>
          ) : null}
        </svg>
      </div>
      <figcaption className="text-sm text-muted">{words.caption(figure(most), figure(mostOut))}</figcaption>
    </figure>
  );
}
