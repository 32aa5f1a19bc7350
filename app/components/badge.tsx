import type { ReactNode } from "react";
import { cx } from "./cx";

export type Tone = "neutral" | "accent" | "ok" | "info" | "warn" | "danger";
export type BadgeShape = "ring" | "dot" | "square" | "diamond" | "triangle" | "octagon" | "bar";

const soft: Record<Tone, string> = {
  neutral: "border-line bg-sunken text-muted",
  accent: "border-transparent bg-accent-soft text-accent",
  ok: "border-transparent bg-ok-soft text-ok",
  info: "border-transparent bg-info-soft text-info",
  warn: "border-transparent bg-warn-soft text-warn",
  danger: "border-transparent bg-danger-soft text-danger",
};

const paths: Record<BadgeShape, ReactNode> = {
  ring: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="2" />,
  dot: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  square: <rect x="2" y="2" width="8" height="8" fill="currentColor" />,
  diamond: <path d="M6 0.5 11.5 6 6 11.5 0.5 6Z" fill="currentColor" />,
  triangle: <path d="M6 1 11.5 11H0.5Z" fill="currentColor" />,
  octagon: <path d="M3.6 0.5h4.8L11.5 3.6v4.8L8.4 11.5H3.6L0.5 8.4V3.6Z" fill="currentColor" />,
  bar: <rect x="1" y="4.5" width="10" height="3" fill="currentColor" />,
};

export function Shape({ shape, className }: { shape: BadgeShape; className?: string }) {
  return (
    <svg viewBox="0 0 12 12" aria-hidden="true" className={cx("size-3 shrink-0", className)}>
      {paths[shape]}
    </svg>
  );
}

/** A word with a shape: what it says never hangs on its colour. */
export function Badge({
  tone = "neutral",
  shape,
  pill = false,
  className,
  children,
}: {
  tone?: Tone;
  shape?: BadgeShape;
  pill?: boolean;
  className?: string;
  children: ReactNode;
}) {
  return (
    <span
      className={cx(
        "inline-flex items-center gap-1 border text-xs font-medium leading-5 whitespace-nowrap",
        pill ? "rounded-full px-2" : "rounded-sm px-1.5",
        soft[tone],
        className,
      )}
    >
      {shape ? <Shape shape={shape} /> : null}
      {children}
    </span>
  );
}

/** Where something stands. Rounder than a badge, so that a state is told from a property at a glance. */
export function StatusPill({ tone = "neutral", shape = "dot", children }: { tone?: Tone; shape?: BadgeShape; children: ReactNode }) {
  return (
    <Badge tone={tone} shape={shape} pill>
      {children}
    </Badge>
  );
}
