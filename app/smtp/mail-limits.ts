/** How much one network may do at once and in a minute, kept in memory: a listener that starts anew forgives. */
export interface MailLimits {
  /** Counts a connection in. @returns whether it may stay */
  enter(network: string): boolean;
  leave(network: string): void;
  /** Counts a mail. @returns whether it may be sent now */
  mail(network: string, nowMs: number): boolean;
}

const minuteMs = 60_000;

/** A limit of 0 is none. */
export function createMailLimits({ clients, perMinute }: { clients: number; perMinute: number }): MailLimits {
  const connected = new Map<string, number>();
  const sent = new Map<string, { since: number; count: number }>();
  let cleanedAt = 0;

  const clean = (nowMs: number): void => {
    if (nowMs - cleanedAt < minuteMs) return;
    cleanedAt = nowMs;
    for (const [network, { since }] of sent) if (nowMs - since >= minuteMs) sent.delete(network);
  };

  return {
    enter(network) {
      const count = (connected.get(network) ?? 0) + 1;
      connected.set(network, count);
      return clients === 0 || count <= clients;
    },
    leave(network) {
      const count = (connected.get(network) ?? 0) - 1;
      if (count > 0) connected.set(network, count);
      else connected.delete(network);
    },
    mail(network, nowMs) {
      clean(nowMs);
      const known = sent.get(network);
      const minute = known && nowMs - known.since < minuteMs ? known : { since: nowMs, count: 0 };
      minute.count += 1;
      sent.set(network, minute);
      return perMinute === 0 || minute.count <= perMinute;
    },
  };
}
