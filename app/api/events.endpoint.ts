import { createHash } from "node:crypto";
import { z } from "zod";
import { databaseAwayRetrySeconds, isDatabaseAway } from "~/infra/database-away";
import { defineEndpoint } from "~/infra/http/endpoint";
import { problem, refusalProblem, type Answer } from "~/infra/http/problem";
import type { Refusal } from "~/infra/result";
import type { EventIntake, TakenEvents } from "~/modules/signals/event-intake.server";
import { eventInputSchema } from "~/modules/signals/event-input.schema";
import { rejectionReasons } from "~/modules/signals/read-events";
import type { Admit } from "./caller";
import { optionalIdempotencyHeaders, type Idempotency } from "./idempotency";
import { mostBytes, mostEvents, readEventBody } from "./event-body";

export const eventsPath = "/api/v1/events";

const told = z.object({
  accepted: z.int().describe("New, and on disk."),
  duplicate: z.int().describe("Known by their id already."),
  rejected: z.array(z.object({ index: z.int().describe("Its place in what was sent, from 0; of lines, empty ones are not counted."), reason: z.enum(rejectionReasons), detail: z.string() })),
});

/** What a request is answered that was taken, or refused for now. */
export const answerOfTaken = ({ accepted, duplicate, rejected }: TakenEvents): Answer => ({ status: 202, body: { accepted, duplicate, rejected } });

export const storeAway = (): Answer =>
  problem("unavailable", {
    code: "store_away",
    detail: "It cannot be said that these events are stored. Send them again: what is stored already will be counted as duplicate.",
    headers: { "retry-after": String(databaseAwayRetrySeconds) },
  });

export const busy = (refusal: Refusal): Answer => {
  const answer = refusalProblem(refusal);
  return { ...answer, headers: { ...answer.headers, "retry-after": "1" } };
};

/** Message events, many at once. They are idempotent by their own ids, so an Idempotency-Key is not asked for; one that is sent is honoured. */
export const eventsEndpoint = (admit: Admit, intake: EventIntake, idempotency: Idempotency) =>
  defineEndpoint({
    method: "POST",
    pattern: eventsPath,
    headers: optionalIdempotencyHeaders,
    admit,
    doc: {
      summary: "Send message events",
      description: `Up to ${mostEvents} events or ${mostBytes / 1024 / 1024} MB, as a JSON array or (\`application/x-ndjson\`) one event a line; the body may be compressed (\`content-encoding: gzip\`). Accepted means on disk. An event is known by its id: sent again, it is counted as duplicate and changes nothing, so a request that failed is simply repeated, and no \`Idempotency-Key\` is needed. With one, a repetition is answered as the first request was, with its counts, instead of as duplicates; requests without one are answered sooner.`,
      tag: "Events",
      scope: "event:write",
      body: z.array(eventInputSchema).max(mostEvents),
      answers: { 202: { description: "Every event was accepted, known already, or rejected by its index; one that is rejected never costs the others.", body: told } },
      problems: ["store_away", "events_busy"],
    },
    handle: async ({ caller, path, headers }, { request, deps }) => {
      const body = await readEventBody(request);
      if (!body.ok) return body.answer;
      const take = async (): Promise<Answer> => {
        const taken = await intake.take(caller.actor.platformId, body.raws);
        return taken.ok ? answerOfTaken(taken) : busy(taken);
      };
      const key = headers["idempotency-key"];
      try {
        return await (key === undefined ? take() : idempotency.once(deps, { caller, path, headers: { "idempotency-key": key }, body: createHash("sha256").update(body.bytes).digest("hex") }, "events", take));
      } catch (error) {
        if (isDatabaseAway(error)) return storeAway();
        throw error;
      }
    },
  });
