import type { ReactNode } from "react";
import { Check } from "lucide-react";
import { cx } from "./cx";

export interface Step {
  key: string;
  label: ReactNode;
  detail?: ReactNode;
  state: "done" | "current" | "next" | "ahead";
}

const english: Record<Step["state"], string> = { done: "Done", current: "Now", next: "Next", ahead: "Ahead" };

/** Steps in order, with the place reached: a ladder, a procedure, a form of several pages. */
export function Stepper({
  label,
  steps,
  vertical = false,
  said = english,
}: {
  label: string;
  steps: readonly Step[];
  vertical?: boolean;
  /** How assistive technology hears each state, on a page in another language. */
  said?: Record<Step["state"], string>;
}) {
  return (
    <ol aria-label={label} className={cx("grid gap-2", !vertical && "sm:auto-cols-fr sm:grid-flow-col")}>
      {steps.map((step, index) => (
        <li
          key={step.key}
          aria-current={step.state === "current" ? "step" : undefined}
          className={cx(
            "flex gap-2 border-t-4 pt-2 text-sm",
            vertical && "border-t-0 border-l-4 pt-0 pl-3",
            step.state === "done" && "border-edge",
            step.state === "current" && "border-accent",
            step.state === "next" && "border-dashed border-accent",
            step.state === "ahead" && "border-line",
          )}
        >
          <span
            className={cx(
              "flex size-5 shrink-0 items-center justify-center rounded-full border text-xs font-semibold",
              step.state === "current" ? "border-accent bg-accent text-on-accent" : "border-edge text-muted",
            )}
          >
            {step.state === "done" ? <Check aria-hidden="true" className="size-3" /> : index + 1}
          </span>
          <span className="min-w-0">
            <span className={cx("block", step.state === "current" || step.state === "next" ? "font-semibold" : "text-muted")}>
              {step.label}
              <span className="sr-only"> — {said[step.state]}</span>
            </span>
            {step.detail ? <span className="block text-muted">{step.detail}</span> : null}
          </span>
        </li>
      ))}
    </ol>
  );
}
