import { Callout } from "~/components/flash";
import { TextLink } from "~/components/link";

/** Said to whoever can mend it, while a receiver that answered 410 is neither switched on again nor left off by a person. */
export const StoppedEndpoints = ({ endpoints }: { endpoints: readonly string[] }) =>
  endpoints.length === 0 ? null : (
    <Callout tone="warn" title={endpoints.length === 1 ? `A webhook was stopped by its receiver: ${endpoints[0]}` : `${endpoints.length} webhooks were stopped by their receivers: ${endpoints.join(", ")}`}>
      <p>
        The receiver answered 410 (gone), so its platform is told nothing through it. <TextLink to="/settings/webhooks">Switch it on again, or leave it off</TextLink>
      </p>
    </Callout>
  );
