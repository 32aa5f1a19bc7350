import { z } from "zod";
import { defineEndpoint } from "~/infra/http/endpoint";
import { refusalProblem } from "~/infra/http/problem";
import { setContactsSchema } from "~/modules/platforms/set-contacts.schema";
import { setContacts } from "~/modules/platforms/set-contacts.server";
import type { Admit } from "./caller";
import { idempotencyHeaders, type Idempotency } from "./idempotency";
import { accountPath } from "./paths";

const told = z.object({
  account: z.string(),
  platform: z.string(),
  changed: z.boolean(),
  contacts: z.array(z.object({ kind: z.enum(["email", "phone"]), masked: z.string().describe("Enough to tell two apart; addresses do not come back."), role: z.string(), language: z.string().nullable() })),
});

/** The platform says whom it reaches at an account, in which role and language. */
export const contactsEndpoint = (admit: Admit, idempotency: Idempotency) =>
  defineEndpoint({
    method: "PUT",
    pattern: "/api/v1/platforms/:key/accounts/:externalId/contacts",
    path: accountPath,
    headers: idempotencyHeaders,
    body: setContactsSchema,
    admit,
    doc: {
      summary: "Set whom an account is reached by",
      description: "The list replaces the one before. Each has a role, by which and then by their order they are written to, and, where it is not the account's, a language: notices of changes of policies are sent in it.",
      tag: "Accounts",
      scope: "account:write",
      answers: { 200: { description: "This is the list now.", body: told } },
      problems: ["account_unknown"],
    },
    handle: async (input, { deps }) =>
      idempotency.once(deps, input, "contacts", async () => {
        const { caller, path, body } = input;
        const set = await setContacts(deps, caller.actor, { ...body, externalId: path.externalId });
        if (!set.ok) return refusalProblem(set);
        return { status: 200, body: { account: path.externalId, platform: path.key, changed: set.changed, contacts: set.contacts } };
      }),
  });
