import type { ReactNode } from "react";
import { CodeBlock } from "./code-block";
import { Callout } from "./flash";
import { takeFocus } from "./take-focus";

/** What is shown once and never again. It comes into view and takes the focus, however far down the page its button was. */
export function ShownOnce({ title, label, value, children }: { title: string; label: string; value: string; children: ReactNode }) {
  return (
    <div key={value} ref={takeFocus} tabIndex={-1} className="scroll-mt-16 rounded-md">
      <Callout tone="warn" role="status" title={title}>
        <p className="mb-2">{children}</p>
        <CodeBlock label={label}>{value}</CodeBlock>
      </Callout>
    </div>
  );
}
