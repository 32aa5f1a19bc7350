import { Form, useLocation } from "@remix-run/react";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { spellKeys, useApplePlatform } from "./platform-keys";

export interface ShortcutEntry {
  keys: string;
  does: string;
}

/** Every key that works on this page, and the switch that turns single keys off. */
export function ShortcutHelp({
  open,
  onOpenChange,
  entries,
  enabled,
  action,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  entries: readonly ShortcutEntry[];
  enabled: boolean;
  action: string;
}) {
  const { pathname, search } = useLocation();
  const apple = useApplePlatform();
  return (
    <Dialog
      title="Keyboard shortcuts"
      description={enabled ? "Single keys work while you are not typing." : "Single keys are off."}
      open={open}
      onOpenChange={onOpenChange}
    >
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-2">
        {entries.map((entry) => (
          <div key={entry.keys} className="contents">
            <dt>
              <kbd className="rounded-sm border border-edge px-1.5 py-0.5 font-mono text-sm">{spellKeys(entry.keys, apple)}</kbd>
            </dt>
            <dd>{entry.does}</dd>
          </div>
        ))}
      </dl>
      <Form method="post" action={action} className="mt-6">
        <input type="hidden" name="back" value={pathname + search} />
        <Button type="submit" name="shortcuts" value={enabled ? "off" : "on"} size="sm">
          {enabled ? "Turn single keys off" : "Turn single keys on"}
        </Button>
      </Form>
    </Dialog>
  );
}
