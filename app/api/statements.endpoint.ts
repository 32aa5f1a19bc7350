import { z } from "zod";
import { defineEndpoint } from "~/infra/http/endpoint";
import { inOrder } from "~/modules/transparency/batch-file";
import { dsaStatementSchema } from "~/modules/transparency/dsa-statement.schema";
import { batchAfter } from "~/modules/transparency/statements.queries.server";
import type { Admit } from "./caller";
import { platformPath } from "./paths";

const told = z.object({
  batch: z
    .object({
      number: z.int().describe("Ask for what comes after it next."),
      exportedAt: z.iso.datetime(),
      sha256: z.string().describe("Of the batch's file, as the console gives it."),
      statements: z.array(dsaStatementSchema).max(100).describe("As the EU's transparency database takes them."),
      undone: z.array(z.string()).describe("The puids of those whose decision was reversed or modified since."),
    })
    .nullable()
    .describe("null: nothing was exported after that number."),
});

/** What was exported, batch by batch, for the server that hands it to the transparency database. */
export const statementBatchesEndpoint = (admit: Admit) =>
  defineEndpoint({
    method: "GET",
    pattern: "/api/v1/platforms/:key/statement-batches",
    path: platformPath,
    query: z.strictObject({ after: z.coerce.number("is not the number of a batch").int("is not the number of a batch").min(0).max(2_000_000_000).default(0) }),
    admit,
    doc: {
      summary: "Statements of reasons that were exported",
      description: "The first batch after `after`, in the order of export. A batch never changes; `undone` grows when decisions are reversed or modified.",
      tag: "Transparency",
      scope: "statement:read",
      answers: { 200: { description: "A batch, or none.", body: told } },
      problems: [],
    },
    handle: async ({ caller, query }, { deps }) => {
      const found = await batchAfter(deps.db, caller.actor.platformId, query.after);
      const batch = found && { number: found.number, exportedAt: found.createdAt.toISOString(), sha256: found.sha256, statements: found.payloads.map(inOrder), undone: found.undone };
      return { status: 200, body: { batch } };
    },
  });
