import type { ReactNode } from "react";

/** Nothing here, why that is, and what to do next. */
export function EmptyState({ title, icon, children, action }: { title: string; icon?: ReactNode; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="grid justify-items-center gap-2 px-4 py-12 text-center">
      {icon ? <div className="text-faint">{icon}</div> : null}
      <p className="font-semibold">{title}</p>
      {children ? <div className="max-w-prose text-sm text-muted">{children}</div> : null}
      {action ? <div className="mt-2">{action}</div> : null}
    </div>
  );
}
