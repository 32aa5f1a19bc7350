import { z } from "zod";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { recordAudit } from "~/modules/audit/record-audit.server";
import { stageNotice } from "~/modules/notices/stage-notice.server";

export const decidingSchema = z.object({ caseId: z.uuid(), accountId: z.uuid(), platformId: z.uuid(), owner: z.string(), reporters: z.array(z.string()) });
export type Deciding = z.infer<typeof decidingSchema>;

/** One decision with its statement of reasons and what each reporter is told, in one transaction. */
export async function decideOnce(deps: Deps, { caseId, accountId, platformId, owner, reporters }: Deciding): Promise<string> {
  const at = deps.clock();
  const decisionId = newId();
  const staff = { kind: "staff", id: newId(), name: "Ann", roles: ["analyst"] } as const;
  await deps.db.$transaction(async (tx) => {
    await tx.decision.create({
      data: {
        id: decisionId,
        reference: `D-${decisionId.slice(-8)}`,
        caseId,
        platformId,
        accountId,
        outcome: "violation",
        state: "in_effect",
        deciderId: staff.id,
        caseVersion: 1,
        rationale: "41 of 1,204 contacts had opted out.",
        decidedAt: at.toJSDate(),
        effectiveAt: at.toJSDate(),
        actions: {
          create: { id: newId(), reference: `A-${decisionId.slice(-8)}`, caseId, accountId, kind: "warning", state: "active", proposerId: staff.id, startsAt: at.toJSDate(), createdAt: at.toJSDate() },
        },
      },
    });
    await recordAudit(tx, staff, { type: "decision.made", at, platformId, accountId, caseId, decisionId });
    await stageNotice(tx, deps, {
      at,
      platformId,
      to: owner,
      language: "en",
      about: { accountId, caseId, decisionId },
      dedupeKey: `decision:${decisionId}:statement`,
      content: {
        template: "statement_of_reasons",
        props: {
          businessName: "Redrock Bikes",
          reference: `D-${decisionId.slice(-8)}`,
          decidedAt: at.toJSDate(),
          decidedBy: "person",
          detectedBy: "people",
          factsFound: "Messages went to contacts who had opted out.",
          findings: [{ clauseCode: "CF-AUP-4.3.a", clauseTitle: "Honour opt-outs", policyTitle: "Acceptable use policy", versionLabel: "1" }],
          measures: [{ kind: "warning", features: [], startsAt: at.toJSDate(), endsAt: null }],
          strikes: [],
          appeal: null,
        },
      },
    });
    for (const to of reporters) {
      await stageNotice(tx, deps, {
        at,
        platformId,
        to,
        language: "en",
        about: { caseId, decisionId },
        dedupeKey: `decision:${decisionId}:outcome`,
        content: { template: "report_outcome", props: { reference: "R-7F3K-92QD", decidedAt: at.toJSDate(), outcome: "action_taken", statusUrl: "https://console.example/status/x" } },
      });
    }
  });
  return decisionId;
}
