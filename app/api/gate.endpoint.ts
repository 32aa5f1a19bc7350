import { createHash } from "node:crypto";
import { z } from "zod";
import { defineEndpoint } from "~/infra/http/endpoint";
import { refusalProblem } from "~/infra/http/problem";
import { refuse } from "~/infra/result";
import { answerGate, type GateReply } from "~/modules/enforcement/answer-gate.server";
import type { GateTable } from "~/modules/enforcement/gate-table.server";
import { unavailable, type Admit } from "./caller";
import { asOfText, gateBatchBody, gateBody, gateCaching, matches } from "./gate-body";
import { idempotencyHeaders, type Idempotency } from "./idempotency";
import { accountPath, externalId, platformPath } from "./paths";

/** Said when memory and database are out of reach and only what is denied can still be told. */
const unconfirmed = { "gate-confirmed": "no" };

/** The platform asks what an account may do now. */
export const gateEndpoint = (admit: Admit, table: GateTable) =>
  defineEndpoint({
    method: "GET",
    pattern: "/api/v1/platforms/:key/accounts/:externalId/gate",
    path: accountPath,
    query: z.strictObject({}),
    headers: z.object({ "if-none-match": z.string().optional() }),
    admit,
    doc: {
      summary: "May this account use this feature now?",
      description:
        "Every feature of the platform with its verdict, right from the instant a decision commits. When it cannot be shown what holds, an account last known as restricted is answered as denied with `gate-confirmed: no`, and about any other the answer is 503: take it as denied.",
      tag: "Gate",
      scope: "gate:read",
      answers: {
        200: { description: "The verdicts.", body: gateBody, headers: { etag: "Equal as long as the verdicts are." } },
        304: { description: "The verdicts are those of the ETag in `If-None-Match`." },
      },
      problems: ["account_unknown", "gate_not_current"],
    },
    handle: async ({ caller, path, headers }, { deps }) => {
      const [reply] = await answerGate(deps, table, caller.actor.platformId, [path.externalId]);
      if (!reply || reply.state === "unavailable") return unavailable();
      if (reply.state === "unknown") return refusalProblem(refuse("account_unknown"));
      const { answer } = reply;
      const sent = { etag: answer.etag, ...gateCaching, ...(answer.confirmed ? {} : unconfirmed) };
      if (matches(headers["if-none-match"], answer.etag)) return { status: 304, headers: sent };
      return { status: 200, headers: sent, body: { account: path.externalId, platform: path.key, asOf: asOfText(answer), features: answer.features } };
    },
  });

const mostAccounts = 1_000;

/** Equal for the same verdicts about the same accounts in the same order, whichever process answers. */
function batchEtag(accounts: readonly string[], replies: readonly GateReply[]): string {
  const said = replies.map((reply, index) => [accounts[index], reply.state === "answered" ? reply.answer.etag : reply.state]);
  return `W/"${createHash("sha256").update(JSON.stringify(said)).digest("base64url").slice(0, 22)}"`;
}

/** The same for many accounts at once. */
export const gateBatchEndpoint = (admit: Admit, table: GateTable, idempotency: Idempotency) =>
  defineEndpoint({
    method: "POST",
    pattern: "/api/v1/platforms/:key/gate",
    path: platformPath,
    query: z.strictObject({}),
    headers: idempotencyHeaders.extend({ "if-none-match": z.string().optional() }),
    body: z.strictObject({ accounts: z.array(externalId, "is not a list").min(1, "is empty").max(mostAccounts, `holds more than ${mostAccounts}`) }),
    bodyLimit: 1024 * 1024,
    admit,
    doc: {
      summary: "The gate for up to 1,000 accounts",
      description:
        "Answers in the order asked. A repetition under the same `Idempotency-Key` is evaluated anew: an old verdict would be a wrong one. It changes nothing and only asks in a body because so many ids fit in no address, so `If-None-Match` is answered as for a GET.",
      tag: "Gate",
      scope: "gate:read",
      answers: {
        200: { description: "The verdicts of each account.", body: gateBatchBody, headers: { etag: "Equal as long as the verdicts about the same list of accounts are." } },
        304: { description: "The verdicts are those of the ETag in `If-None-Match`." },
      },
      problems: ["gate_not_current"],
    },
    handle: async (input, { deps }) => {
      const { caller, path, headers, body } = input;
      return idempotency.neverReplayed(deps, input, "gate", async () => {
        const replies = await answerGate(deps, table, caller.actor.platformId, body.accounts);
        if (replies.some(({ state }) => state === "unavailable")) return unavailable();
        const answered = replies.flatMap((reply) => (reply.state === "answered" ? [reply.answer] : []));
        const accounts = replies.map((reply, index) =>
          reply.state === "answered" ? { account: body.accounts[index], known: true, features: reply.answer.features } : { account: body.accounts[index], known: false },
        );
        const asOf = asOfText(answered[0] ?? { asOf: deps.clock().toMillis() });
        const etag = batchEtag(body.accounts, replies);
        const sent = { etag, ...gateCaching, ...(answered.every(({ confirmed }) => confirmed) ? {} : unconfirmed) };
        if (matches(headers["if-none-match"], etag)) return { status: 304, headers: sent };
        return { status: 200, headers: sent, body: { platform: path.key, asOf, accounts } };
      });
    },
  });
