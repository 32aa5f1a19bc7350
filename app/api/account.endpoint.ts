import { z } from "zod";
import { defineEndpoint } from "~/infra/http/endpoint";
import { refusalProblem } from "~/infra/http/problem";
import { upsertAccountSchema } from "~/modules/platforms/upsert-account.schema";
import { upsertAccount } from "~/modules/platforms/upsert-account.server";
import type { Admit } from "./caller";
import { idempotencyHeaders, type Idempotency } from "./idempotency";
import { platformPath } from "./paths";

const told = z.object({ account: z.string(), platform: z.string(), created: z.boolean(), changed: z.array(z.string()).describe("Fields that are different now.") });

/** The platform tells us about one of its accounts: 201 when it is new, 200 when it was known. */
export const accountEndpoint = (admit: Admit, idempotency: Idempotency) =>
  defineEndpoint({
    method: "POST",
    pattern: "/api/v1/platforms/:key/accounts",
    path: platformPath,
    headers: idempotencyHeaders,
    body: upsertAccountSchema,
    admit,
    doc: {
      summary: "Register or update an account",
      description: "What is left out stays as it is; a list that is given replaces the old one. What was decided about the account is not changed by this.",
      tag: "Accounts",
      scope: "account:write",
      answers: { 200: { description: "The account was known.", body: told }, 201: { description: "The account is new.", body: told } },
      problems: [],
    },
    handle: async (input, { deps }) => {
      const { caller, path, body } = input;
      return idempotency.once(deps, input, "accounts", async () => {
        const upserted = await upsertAccount(deps, caller.actor, body);
        if (!upserted.ok) return refusalProblem(upserted);
        const { created, changed } = upserted;
        return { status: created ? 201 : 200, body: { account: body.externalId, platform: path.key, created, changed } };
      });
    },
  });
