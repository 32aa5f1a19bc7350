import { localeOf } from "#emails/locale";
import type { Db, Prisma } from "~/infra/db.server";
import { renderPdf } from "~/infra/pdf.server";
import { maskedToken } from "../access/private-link.server";
import { isToldToHolder } from "./appealable";
import { statementBlocks } from "./statement-print";

/** The frozen statement of one decision as a PDF: the words that were sent, headed by what became of the decision since. */
export async function statementPdf(db: Db, which: { statementId: string } | { accountId: string; actionId: string }): Promise<{ fileName: string; bytes: Buffer } | null> {
  const where: Prisma.StatementOfReasonsWhereInput = "statementId" in which ? { id: which.statementId } : { decision: { accountId: which.accountId, actions: { some: { id: which.actionId } } } };
  const found = await db.statementOfReasons.findFirst({
    where,
    select: {
      subject: true, text: true, language: true, issuedAt: true,
      decision: {
        select: {
          reference: true, state: true,
          platform: { select: { name: true, zone: true } },
          actions: { orderBy: { createdAt: "asc" }, select: { id: true, reference: true, kind: true, state: true, noTipOff: true, endsAt: true, endedAt: true, successor: { select: { reference: true, kind: true, endsAt: true, decisionId: true } } } },
        },
      },
    },
  });
  if (!found) return null;
  const { decision } = found;
  if ("actionId" in which && !decision.actions.some((action) => action.id === which.actionId && isToldToHolder(action))) return null;
  const undone = decision.actions.find(({ state, successor }) => state === "reversed" || successor);
  const blocks = statementBlocks(
    {
      subject: found.subject,
      text: found.text,
      language: localeOf(found.language),
      zone: decision.platform.zone,
      decisionState: decision.state,
      undoneAt: undone?.endedAt?.toISOString() ?? null,
      successor: undone?.successor ? { ...undone.successor, endsAt: undone.successor.endsAt?.toISOString() ?? null } : null,
    },
    maskedToken,
  );
  const bytes = await renderPdf({ title: found.subject, language: found.language, blocks, date: found.issuedAt, author: decision.platform.name, footer: `${decision.platform.name} · ${decision.reference}` });
  return { fileName: `${decision.reference}.pdf`, bytes };
}
