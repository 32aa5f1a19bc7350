import { defineEndpoint } from "~/infra/http/endpoint";
import { refusalProblem } from "~/infra/http/problem";
import { upsertAccountSchema } from "~/modules/platforms/upsert-account.schema";
import { upsertAccount } from "~/modules/platforms/upsert-account.server";
import type { Admit } from "./caller";
import { platformPath } from "./paths";

/** The platform tells us about one of its accounts: 201 when it is new, 200 when it was known. */
export const accountEndpoint = (admit: Admit) =>
  defineEndpoint({
    method: "POST",
    pattern: "/api/v1/platforms/:key/accounts",
    path: platformPath,
    body: upsertAccountSchema,
    admit,
    handle: async ({ caller, path, body }, { deps }) => {
      const told = await upsertAccount(deps, caller.actor, body);
      if (!told.ok) return refusalProblem(told);
      return { status: told.created ? 201 : 200, body: { account: body.externalId, platform: path.key, created: told.created, changed: told.changed } };
    },
  });
