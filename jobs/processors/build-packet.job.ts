import { outboxTopics } from "~/infra/outbox-topics";
import { buildPacket, failPacket } from "~/modules/referrals/build-packet.server";
import { defineProcessor, type Outcome } from "../define-processor";

const worker = { kind: "system", name: "packet.build" } as const;

/** Makes one packet. The queue may deliver twice, so the row decides; what is made twice is the same bytes. */
export const buildPacketJob = defineProcessor(
  "packet.build",
  outboxTopics["packet.build"].payload,
  async ({ packetId }, deps): Promise<Outcome> => {
    const built = await buildPacket(deps, worker, { packetId });
    if (built.ok) return { done: "built" };
    return built.reason === "not_yet" ? { again: built.reason, inMs: Number(built.detail?.inMs) } : { done: built.reason };
  },
  ({ packetId }, deps) => failPacket(deps, { packetId }),
);
