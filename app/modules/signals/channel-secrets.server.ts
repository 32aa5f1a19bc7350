import type { Deps } from "~/infra/deps.server";
import { channelOf, type ChannelProvider } from "./channel.repo.server";
import { secretContext, verifyTokenContext } from "./set-channel.server";

export interface ChannelSecrets {
  platformId: string;
  secret: string;
  verifyToken: string | null;
}

/** By what a provider proves itself to this platform, or null where nothing is set: then nobody can. */
export async function channelSecrets({ db, crypto }: Pick<Deps, "db" | "crypto">, platformKey: string, provider: ChannelProvider): Promise<ChannelSecrets | null> {
  const channel = await channelOf(db, platformKey, provider);
  if (!channel) return null;
  const { platformId, secretSealed, verifyTokenSealed } = channel;
  return { platformId, secret: crypto.open(secretSealed, secretContext!), verifyToken: verifyTokenSealed === null ? null : crypto.open(verifyTokenSealed, verifyTokenContext!) };
}
