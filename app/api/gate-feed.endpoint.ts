import { z } from "zod";
import { defineEndpoint } from "~/infra/http/endpoint";
import { problem } from "~/infra/http/problem";
import { changesAfter, gateSnapshot } from "~/modules/enforcement/gate-feed.queries.server";
import type { GateTable } from "~/modules/enforcement/gate-table.server";
import type { Admit } from "./caller";
import { changesBody, snapshotBody } from "./gate-body";
import { platformPath } from "./paths";

const nobody = "00000000-0000-0000-0000-000000000000";

/** Everything that is denied on the platform, page by page: where a client with a table of its own begins. */
export const gateSnapshotEndpoint = (admit: Admit) =>
  defineEndpoint({
    method: "GET",
    pattern: "/api/v1/platforms/:key/gate/snapshot",
    path: platformPath,
    query: z.strictObject({ after: z.uuid("is not the `next` of a page").optional() }),
    admit,
    doc: {
      summary: "All restricted accounts",
      description: "The first step of a client that answers from its own memory, such as the published `gate-client.js`. Accounts that are not in it are denied nothing.",
      tag: "Gate",
      scope: "gate:read",
      answers: { 200: { description: "One page.", body: snapshotBody } },
      problems: [],
    },
    handle: async ({ caller, query }, { deps }) => {
      const { seq, ...page } = await gateSnapshot(deps.db, caller.actor.platformId, query.after ?? nobody);
      return { status: 200, body: { seq: String(seq), now: deps.clock().toMillis(), ...page } };
    },
  });

/** What changed since: answered at once when something has, else as soon as something does or the wait is over. */
export const gateChangesEndpoint = (admit: Admit, table: GateTable) =>
  defineEndpoint({
    method: "GET",
    pattern: "/api/v1/platforms/:key/gate/changes",
    path: platformPath,
    query: z.strictObject({
      after: z.string().regex(/^\d{1,18}$/, "is not a number that a snapshot or these changes gave"),
      wait: z.coerce.number("is not a number of seconds").int().min(0).max(30, "is more than 30 seconds").default(0),
    }),
    admit,
    doc: {
      summary: "Accounts whose gate changed",
      description: "Each account that changed after `after`, as it stands now, in no gaps. With `wait` the answer is held back for so many seconds while there is nothing to tell.",
      tag: "Gate",
      scope: "gate:read",
      answers: { 200: { description: "The changes, which may be none.", body: changesBody } },
      problems: ["changes_gone"],
    },
    handle: async ({ caller, query }, { deps, request }) => {
      const { platformId } = caller.actor;
      const over = AbortSignal.timeout(query.wait * 1_000);
      const left = new AbortController();
      request.once("close", () => left.abort());
      const enough = AbortSignal.any([over, left.signal]);
      for (let waiting = query.wait > 0; ; ) {
        const told = await changesAfter(deps.db, platformId, BigInt(query.after));
        if (told.state === "gone") return problem("gone", { code: "changes_gone", detail: "Changes since that number are not kept any more. Begin again with a snapshot." });
        if (told.changes.length > 0 || told.grounds || told.more || !waiting) {
          const features = told.grounds ? (await gateSnapshot(deps.db, platformId, nobody)).features : null;
          return { status: 200, body: { seq: String(told.seq), now: deps.clock().toMillis(), more: told.more, features, changes: told.changes } };
        }
        waiting = await table.changed(platformId, told.seq, enough);
      }
    },
  });
