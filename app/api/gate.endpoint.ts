import { z } from "zod";
import { defineEndpoint } from "~/infra/http/endpoint";
import { refusalProblem } from "~/infra/http/problem";
import { refuse } from "~/infra/result";
import { readGate } from "~/modules/enforcement/gate.queries.server";
import type { Admit } from "./caller";
import { accountPath } from "./paths";

/** The platform asks what an account may do now. */
export const gateEndpoint = (admit: Admit) =>
  defineEndpoint({
    method: "GET",
    pattern: "/api/v1/platforms/:key/accounts/:externalId/gate",
    path: accountPath,
    query: z.strictObject({}),
    admit,
    handle: async ({ caller, path }, { deps }) => {
      const gate = await readGate(deps, caller.actor.platformId, path.externalId);
      if (!gate) return refusalProblem(refuse("account_unknown"));
      const features = gate.features.map((verdict) => ({ ...verdict, until: verdict.until?.toISO() ?? null }));
      return { status: 200, body: { account: path.externalId, platform: path.key, asOf: gate.asOf.toISO(), features } };
    },
  });
