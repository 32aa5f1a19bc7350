import type { Deps } from "~/infra/deps.server";
import { outboxTopics } from "~/infra/outbox-topics";
import { fileReceivedAppeal } from "~/modules/appeals/file-received.server";
import type { SubmitAppealFormInput } from "~/modules/appeals/submit-appeal-form.schema";
import { submitAppealForm } from "~/modules/appeals/submit-appeal-form.server";

/** The public form sent, and what the worker then does about every form that waits. @returns the answer its sender got */
export async function sentByForm(deps: Deps, form: SubmitAppealFormInput, language: "en" | "es" | null = null): Promise<Awaited<ReturnType<typeof submitAppealForm>>> {
  const answer = await submitAppealForm(deps, form, language);
  const waiting = await deps.db.outboxMessage.findMany({ where: { topic: "appeal.received" }, orderBy: { id: "asc" } });
  for (const { payload } of waiting) await fileReceivedAppeal(deps, outboxTopics["appeal.received"].payload.parse(payload));
  return answer;
}
