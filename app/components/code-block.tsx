/** Machine text, kept as it is: wraps, selects in one click, scrolls where it is long. */
export function CodeBlock({ label, children }: { label: string; children: string }) {
  return (
    <pre
      aria-label={label}
      tabIndex={0}
      className="max-h-96 overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-sm whitespace-pre-wrap wrap-anywhere select-all"
    >
      {children}
    </pre>
  );
}

/** A short machine value inside text: an id, a hash, a clause code. */
export function Code({ children }: { children: string }) {
  return <code className="rounded-sm bg-sunken px-1 font-mono text-[0.92em] wrap-anywhere">{children}</code>;
}
