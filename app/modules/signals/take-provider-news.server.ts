import type { Deps } from "~/infra/deps.server";
import { requestHashOf } from "~/infra/idempotency.server";
import { refuse, type Result } from "~/infra/result";
import { accountsOfSenders, countChannelNotices, keepChannelNotices, type ChannelProvider } from "./channel.repo.server";
import { createContactHash } from "./contact-hash.server";
import type { EventIntake } from "./event-intake.server";
import { senderHash } from "./name-sender.server";
import type { ProviderEvent, ProviderNews } from "./provider-events";

/** What one platform's providers may fill in a day, and how much of one notice is kept. */
const [mostNotices, mostCharacters] = [2_000, 32_000];

export const noticeContext = "channel_notice.body";

/** An event's id holds nothing of the provider's own, whose ids may hold the recipient's number. */
const eventId = (hash: ReturnType<typeof createContactHash>, platformId: string, provider: ChannelProvider, identity: string): string =>
  `${provider}:${hash.uuid(platformId, "message", identity)}`;

/**
 * Takes what a provider said whose signature was found to be right: events by the same way as a platform's own, the rest
 * sealed as it came. Returns when all of it is on disk; said twice, it is stored once.
 */
export async function takeProviderNews(
  deps: Pick<Deps, "db" | "clock" | "crypto" | "config" | "log">,
  intake: EventIntake,
  from: { platformId: string; provider: ChannelProvider },
  news: ProviderNews,
): Promise<Result<{ accepted: number; duplicate: number; refused: number; kept: number }, "events_busy">> {
  const { platformId, provider } = from;
  const now = deps.clock();
  const hashes = new Map([...news.events, ...news.notices].flatMap(({ senders }) => senders.map((sender) => [sender, senderHash(deps.crypto, provider, sender)] as const)));
  const accounts = await accountsOfSenders(deps.db, platformId, provider, [...hashes.values()]);
  const accountOf = (senders: readonly string[]) => senders.map((sender) => accounts.get(hashes.get(sender)!)).find((account) => account !== undefined);

  const hash = createContactHash(deps.config.lookupKey);
  const placed = news.events.map((said) => ({ said, account: accountOf(said.senders) }));
  const raws = placed.flatMap(({ said, account }) => (account ? [{ ...said.event, id: eventId(hash, platformId, provider, said.identity), account: account.externalId }] : []));
  const totals = { accepted: 0, duplicate: 0, refused: placed.length - raws.length };
  for (let n = 0; n < raws.length; n += 1_000) {
    const taken = await intake.take(platformId, raws.slice(n, n + 1_000));
    if (!taken.ok) return refuse("events_busy");
    totals.accepted += taken.accepted;
    totals.duplicate += taken.duplicate;
    totals.refused += taken.rejected.length;
  }
  const strangers = placed.filter(({ account }) => !account).map(({ said }) => unplaced(said));
  const room = news.notices.length + strangers.length > 0 ? mostNotices - (await countChannelNotices(deps.db, platformId, now.minus({ days: 1 }).toJSDate())) : 0;
  const notices = [...news.notices, ...strangers].slice(0, Math.max(0, room)).map(({ field, senders, body }) => {
    const text = JSON.stringify(body);
    return {
      field: field.slice(0, 80).replace(/\p{Cc}/gu, ""),
      contentHash: deps.crypto.lookup(requestHashOf([field, senders, body]), "content"),
      accountId: accountOf(senders)?.id ?? null,
      bodySealed: deps.crypto.seal(text.slice(0, mostCharacters), noticeContext),
    };
  });
  if (notices.length > 0) await keepChannelNotices(deps.db, platformId, provider, notices, now.toJSDate());
  if (totals.refused > 0) deps.log.warn({ platformId, provider, refused: totals.refused }, "a provider told of senders that no account has, or of what is too old");
  return { ok: true, ...totals, kept: notices.length };
}

/** What a sender said that no account is named for: kept for whoever names it. The contact in it is sealed with the rest. */
const unplaced = ({ senders, identity, event }: ProviderEvent) => ({ field: "sender_unknown", senders, body: { senders, identity, event } });
