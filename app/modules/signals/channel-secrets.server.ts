import type { Deps } from "~/infra/deps.server";
import { channelOf, noteCall, type ChannelProvider } from "./channel.repo.server";
import { secretContext, verifyTokenContext } from "./set-channel.server";

export type { ChannelProvider };

export interface ChannelSecrets {
  platformId: string;
  /** The one that was set last, and for a day the one before it. */
  secrets: string[];
  verifyToken: string | null;
}

/** By what a provider proves itself to this platform, or null where nothing is set, or it is switched off: then nobody can. */
export async function channelSecrets({ db, crypto, clock }: Pick<Deps, "db" | "crypto" | "clock">, platformKey: string, provider: ChannelProvider): Promise<ChannelSecrets | null> {
  const channel = await channelOf(db, platformKey, provider);
  if (!channel) return null;
  const { platformId, secretSealed, verifyTokenSealed, previousSecretSealed, previousUntil } = channel;
  const previous = previousSecretSealed !== null && previousUntil !== null && previousUntil > clock().toJSDate() ? [previousSecretSealed] : [];
  return { platformId, secrets: [secretSealed, ...previous].map((sealed) => crypto.open(sealed, secretContext!)), verifyToken: verifyTokenSealed === null ? null : crypto.open(verifyTokenSealed, verifyTokenContext!) };
}

/** Notes when a provider last called, rightly signed or not. */
export const noteChannelCall = ({ db, clock }: Pick<Deps, "db" | "clock">, platformId: string, provider: ChannelProvider, signed: boolean): Promise<void> => noteCall(db, platformId, provider, signed, clock().toJSDate());
