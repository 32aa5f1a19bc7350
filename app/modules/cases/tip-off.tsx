import { EyeOff } from "lucide-react";
import { Badge } from "~/components/badge";
import { Callout } from "~/components/flash";

/** Beside the name of an account whose holder must not learn of something decided about it (rule of procedure 7). */
export function TipOffBadge() {
  return (
    <Badge tone="warn">
      <EyeOff aria-hidden="true" className="size-3" />
      do not tip off
    </Badge>
  );
}

/** On every page from which somebody writes to the holder, or acts on what they read. */
export function TipOffBanner() {
  return (
    <Callout tone="warn" title="Do not tip off" className="mb-4">
      Something was decided about this account that its holder must not learn of. Say nothing of it in whatever you write to them, and nothing that lets them guess it.
    </Callout>
  );
}
