import { StatusPill, type BadgeShape, type Tone } from "~/components/badge";
import type { NoticeState } from "./notice";

export const noticeStateLabels: Record<NoticeState, string> = {
  queued: "Waiting",
  handed_over: "Handed over",
  delivered: "Delivered",
  bounced: "Came back",
  failed: "Failed",
};

const looks: Record<NoticeState, { tone: Tone; shape: BadgeShape }> = {
  queued: { tone: "info", shape: "ring" },
  handed_over: { tone: "ok", shape: "dot" },
  delivered: { tone: "ok", shape: "square" },
  bounced: { tone: "warn", shape: "triangle" },
  failed: { tone: "danger", shape: "octagon" },
};

export const NoticeStatePill = ({ state }: { state: NoticeState }) => <StatusPill {...looks[state]}>{noticeStateLabels[state]}</StatusPill>;
