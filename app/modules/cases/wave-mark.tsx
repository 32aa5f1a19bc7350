import { Waves } from "lucide-react";
import { TextLink } from "~/components/link";

/** A report among those with nearly the same message. */
export interface WaveOfReport {
  id: string;
  size: number;
  likeness: number;
}

export const sizeOfWave = (size: number): string => `Wave of ${size.toLocaleString("en-US")}`;

/** Says that a report is one of many; without a link where it stands in one. */
export function WaveMark({ size }: { size: number }) {
  return (
    <span className="inline-flex items-center gap-1 font-medium">
      <Waves aria-hidden="true" className="size-3.5" />
      {sizeOfWave(size)}
    </span>
  );
}

/** What it is one of, how much it is alike, and that nothing follows from it by itself. */
export function WaveLine({ wave }: { wave: WaveOfReport }) {
  const others = wave.size - 1;
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
      <WaveMark size={wave.size} />
      <span className="text-muted">
        Its message is {wave.likeness} % alike the first one’s. Each report stays by itself.
      </span>
      <TextLink to={`/intake/waves/${wave.id}`}>See {others === 1 ? "the other report" : `the ${others.toLocaleString("en-US")} others`}</TextLink>
    </p>
  );
}
