import { z } from "zod";
import { equalBytes } from "~/infra/crypto.server";
import { isDatabaseAway } from "~/infra/database-away";
import { anyone, defineEndpoint, type Exchange } from "~/infra/http/endpoint";
import { problem, type Answer } from "~/infra/http/problem";
import { readRawBody } from "~/infra/http/raw-body";
import { channelSecrets, noteChannelCall, type ChannelProvider, type ChannelSecrets } from "~/modules/signals/channel-secrets.server";
import type { EventIntake } from "~/modules/signals/event-intake.server";
import type { ProviderNews } from "~/modules/signals/provider-events";
import { isSignedByTwilio, isSignedByWhatsApp } from "~/modules/signals/provider-signature.server";
import { takeProviderNews } from "~/modules/signals/take-provider-news.server";
import { twilioNews } from "~/modules/signals/twilio-events";
import { whatsAppNews } from "~/modules/signals/whatsapp-events";
import { createAllowance } from "./allowance";
import { busy, storeAway } from "./events.endpoint";
import { platformPath } from "./paths";

/** More than WhatsApp ever sends (3 MB), and than a form of Twilio's. */
const mostBytes = { whatsapp: 3 * 1024 * 1024, twilio: 256 * 1024 } as const;

/** The same for a platform that is not there, one that set nothing, and a signature that is wrong: a guess learns nothing. */
const unsigned = (): Answer => problem("forbidden", { code: "signature_invalid", detail: "The signature of this request is not that of the provider." });

const first = (header: string | string[] | undefined): string | undefined => (Array.isArray(header) ? header[0] : header);

/** Bytes compared as their text; unequal lengths are unequal. */
const sameText = (a: string, b: string): boolean => equalBytes(Buffer.from(a), Buffer.from(b));

/** Takes in what was signed rightly; 200 means that it is on disk, anything else makes the provider send it again. */
async function answerNews({ deps }: Exchange, intake: EventIntake, from: Parameters<typeof takeProviderNews>[2], news: ProviderNews): Promise<Answer> {
  try {
    const taken = await takeProviderNews(deps, intake, from, news);
    return taken.ok ? { status: 200 } : busy(taken);
  } catch (error) {
    if (isDatabaseAway(error)) return storeAway();
    throw error;
  }
}

/** Whether one of the channel's secrets signed the call; noted for whoever looks after the channel. */
async function isCalledRightly({ deps }: Exchange, channel: ChannelSecrets | null, provider: ChannelProvider, isSignedBy: (secret: string) => boolean): Promise<boolean> {
  if (!channel) return false;
  const signed = channel.secrets.some(isSignedBy);
  await noteChannelCall(deps, channel.platformId, provider, signed);
  return signed;
}

/** What message providers call: they prove themselves by their signature, and are known by nothing else. */
export function providerWebhooks(intake: EventIntake) {
  const refusedPerAddress = createAllowance(120, 60_000);
  const refusals = ({ clientIp }: Exchange): Answer =>
    refusedPerAddress.take(clientIp) > 0 ? problem("too_many_requests", { detail: "Wait before you ask again.", headers: { "retry-after": "60" } }) : unsigned();

  const whatsAppHandshake = defineEndpoint({
    method: "GET",
    pattern: "/webhooks/whatsapp/:key",
    path: platformPath,
    query: z.object({ "hub.mode": z.literal("subscribe"), "hub.verify_token": z.string().max(200), "hub.challenge": z.string().regex(/^[\w.-]{1,200}$/, "is not a challenge") }),
    admit: anyone,
    handle: async ({ path, query }, exchange) => {
      const channel = await channelSecrets(exchange.deps, path.key, "whatsapp");
      const right = channel?.verifyToken != null && sameText(channel.verifyToken, query["hub.verify_token"]);
      return right ? { status: 200, text: query["hub.challenge"] } : refusals(exchange);
    },
  });

  const whatsApp = defineEndpoint({
    method: "POST",
    pattern: "/webhooks/whatsapp/:key",
    path: platformPath,
    query: z.object({}),
    admit: anyone,
    handle: async ({ path }, exchange) => {
      const { deps, request } = exchange;
      const channel = await channelSecrets(deps, path.key, "whatsapp");
      const read = await readRawBody(request, mostBytes.whatsapp);
      if (!read.ok) return read.answer;
      const header = first(request.headers["x-hub-signature-256"]);
      if (!(await isCalledRightly(exchange, channel, "whatsapp", (secret) => isSignedByWhatsApp(secret, read.bytes, header)))) return refusals(exchange);
      let body: unknown;
      try {
        body = JSON.parse(read.bytes.toString("utf8"));
      } catch {
        return problem("bad_request", { code: "malformed_json", detail: "The body is not valid JSON." });
      }
      return answerNews(exchange, intake, { platformId: channel!.platformId, provider: "whatsapp" }, whatsAppNews(body));
    },
  });

  const twilio = defineEndpoint({
    method: "POST",
    pattern: "/webhooks/twilio/:key",
    path: platformPath,
    query: z.object({}),
    admit: anyone,
    handle: async ({ path }, exchange) => {
      const { deps, request } = exchange;
      const channel = await channelSecrets(deps, path.key, "twilio");
      const read = await readRawBody(request, mostBytes.twilio);
      if (!read.ok) return read.answer;
      const fields = new URLSearchParams(read.bytes.toString("utf8"));
      const header = first(request.headers["x-twilio-signature"]);
      if (!(await isCalledRightly(exchange, channel, "twilio", (secret) => isSignedByTwilio(secret, deps.config.publicUrl + request.url, fields, header)))) return refusals(exchange);
      const arrivedAt = deps.clock().toUTC().toISO()!;
      return answerNews(exchange, intake, { platformId: channel!.platformId, provider: "twilio" }, twilioNews(new Map(fields), arrivedAt));
    },
  });

  return [whatsAppHandshake, whatsApp, twilio];
}
