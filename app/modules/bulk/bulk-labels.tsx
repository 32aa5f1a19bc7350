import { StatusPill, type BadgeShape, type Tone } from "~/components/badge";
import { itemStateNames, type BulkState, type ItemState } from "./bulk-state";

const bulkLooks: Record<BulkState, [name: string, tone: Tone, shape: BadgeShape]> = {
  preparing: ["Being worked out", "info", "ring"],
  ready: ["Ready to start", "accent", "diamond"],
  running: ["Running", "info", "dot"],
  paused: ["Paused", "warn", "bar"],
  cancelled: ["Cancelled", "neutral", "square"],
  finished: ["Finished", "ok", "dot"],
  undoing: ["Being undone", "warn", "triangle"],
  undone: ["Undone", "neutral", "square"],
};

export function BulkStatePill({ state }: { state: BulkState }) {
  const [name, tone, shape] = bulkLooks[state];
  return (
    <StatusPill tone={tone} shape={shape}>
      {name}
    </StatusPill>
  );
}

const itemLooks: Record<ItemState, [tone: Tone, shape: BadgeShape]> = {
  chosen: ["neutral", "ring"],
  planned: ["info", "ring"],
  blocked: ["warn", "bar"],
  done: ["ok", "dot"],
  proposed: ["accent", "diamond"],
  refused: ["warn", "bar"],
  failed: ["danger", "octagon"],
  cancelled: ["neutral", "square"],
  undone: ["neutral", "dot"],
  kept: ["warn", "triangle"],
};

export function ItemStatePill({ state }: { state: ItemState }) {
  const [tone, shape] = itemLooks[state];
  return (
    <StatusPill tone={tone} shape={shape}>
      {itemStateNames[state]}
    </StatusPill>
  );
}
