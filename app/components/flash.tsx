import type { ReactNode } from "react";
import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import { cx } from "./cx";

export type FlashTone = "ok" | "info" | "warn" | "danger";

const looks = {
  ok: { icon: CircleCheck, box: "border-ok bg-ok-soft", ink: "text-ok" },
  info: { icon: Info, box: "border-info bg-info-soft", ink: "text-info" },
  warn: { icon: TriangleAlert, box: "border-warn bg-warn-soft", ink: "text-warn" },
  danger: { icon: CircleAlert, box: "border-danger bg-danger-soft", ink: "text-danger" },
};

/** A sentence that needs noticing, in place: what happened, or what stands in the way. */
export function Callout({
  tone = "info",
  title,
  role,
  className,
  children,
}: {
  tone?: FlashTone;
  title?: ReactNode;
  role?: "status" | "alert";
  className?: string;
  children?: ReactNode;
}) {
  const { icon: Icon, box, ink } = looks[tone];
  return (
    <div role={role} className={cx("flex gap-3 rounded-md border px-4 py-3", box, className)}>
      <Icon aria-hidden="true" className={cx("mt-0.5 size-5 shrink-0", ink)} />
      <div className="min-w-0 text-ink">
        {title ? <p className="font-semibold">{title}</p> : null}
        {children}
      </div>
    </div>
  );
}

export interface FlashMessage {
  tone: FlashTone;
  text: string;
}

/** What the last request did, told once on the page it led to. */
export function Flash({ message }: { message: FlashMessage | null }) {
  return (
    <div role={message?.tone === "danger" ? "alert" : "status"} className={message ? "mb-4" : undefined}>
      {message ? <Callout tone={message.tone}>{message.text}</Callout> : null}
    </div>
  );
}
