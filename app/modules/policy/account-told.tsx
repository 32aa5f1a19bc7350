import { EmptyState } from "~/components/empty-state";
import { TextLink } from "~/components/link";
import { Time } from "~/components/time";
import type { AccountTold } from "./account-told.queries.server";

interface Seen {
  now: string;
  zone: string;
}

const became: Record<AccountTold["messages"][number]["state"], string> = {
  queued: "Waits to be sent",
  handed_over: "Taken by the mail server",
  delivered: "Delivered",
  bounced: "Taken, and came back",
  failed: "Refused",
};

/** Whether and how an account was told of each change of a policy: what a person answers by when it says that it never was. */
export function AccountToldList({ told, seen }: { told: readonly AccountTold[]; seen: Seen }) {
  if (told.length === 0) return <EmptyState title="Told of no change yet">Every change of a policy that this account is told of stands here, with what its mail server answered.</EmptyState>;
  return (
    <ul className="grid gap-4 text-sm">
      {told.map((one) => (
        <li key={one.campaignId} className="border-b border-line pb-4 last:border-0 last:pb-0">
          <p>
            <TextLink to={`/notices/campaigns/${one.campaignId}`}>{`${one.policy}, version ${one.version}`}</TextLink>: <Standing one={one} seen={seen} />
          </p>
          {one.settled ? <p className="wrap-anywhere">How: {one.settled.how}</p> : null}
          {one.messages.length === 0 ? null : (
            <ul className="mt-1 grid gap-1">
              {one.messages.map((message) => (
                <li key={message.id} className="wrap-anywhere">
                  <bdi>{message.masked ?? "An address that was erased"}</bdi>: {became[message.state]}
                  {message.handedOverAt ? <> <Time at={message.handedOverAt} {...seen} /></> : null}
                  {message.state === "bounced" && message.settledAt ? <>, back <Time at={message.settledAt} {...seen} /></> : null}
                  {message.attempts > 1 ? `, ${message.attempts} tries` : ""}
                  {message.complainedAt ? <>, complained of <Time at={message.complainedAt} {...seen} brief /></> : null}
                  {message.said ? <span className="block text-muted">{message.said}</span> : null}
                  <span className="block font-mono text-xs text-muted">notice.{message.id}</span>
                </li>
              ))}
            </ul>
          )}
          {one.readAt ? <p className="text-muted">Read in the product <Time at={one.readAt} {...seen} brief /></p> : null}
        </li>
      ))}
    </ul>
  );
}

function Standing({ one: { state, notifiedAt, joinedAt, droppedAt, settled, isStopped }, seen }: { one: AccountTold; seen: Seen }) {
  if (state === "notified" && notifiedAt) return <>told <Time at={notifiedAt} {...seen} />{joinedAt ? ", having joined after the others were told" : ""}</>;
  if (settled) return <>told another way <Time at={settled.toldAt} {...seen} /></>;
  if (state === "dropped") return <>not told, for the account was closed{droppedAt ? <> <Time at={droppedAt} {...seen} brief /></> : null}</>;
  if (isStopped) return <>not told before the campaign was stopped</>;
  return <>{state === "unreachable" ? "not reached: no address took the notice" : "not told yet"}</>;
}
