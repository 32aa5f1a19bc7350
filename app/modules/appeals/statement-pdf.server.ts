import { localeOf } from "#emails/locale";
import type { Db, Prisma } from "~/infra/db.server";
import { renderPdf } from "~/infra/pdf.server";
import { maskedToken } from "../access/private-link.server";
import { isToldToHolder } from "./appealable";
import { statementBlocks, stateTold } from "./statement-print";

const told = { id: true, reference: true, kind: true, state: true, noTipOff: true, endsAt: true, endedAt: true, successor: { select: { reference: true, kind: true, endsAt: true, decisionId: true } } } as const;
const platform = { select: { name: true, zone: true } } as const;

const columns = {
  subject: true, text: true, language: true, issuedAt: true, actionId: true,
  decision: { select: { reference: true, state: true, platform, actions: { orderBy: { createdAt: "asc" }, select: told } } },
  action: { select: { ...told, account: { select: { platform } } } },
} as const satisfies Prisma.StatementOfReasonsSelect;

/** The measure's own statement where it took another's place or is interim, else its decision's. */
async function statementOf(db: Db, which: { accountId: string; actionId: string }) {
  const action = await db.action.findFirst({ where: { id: which.actionId, accountId: which.accountId }, select: { kind: true, state: true, noTipOff: true, decisionId: true } });
  if (!action || !isToldToHolder(action)) return null;
  const own = { actionId: which.actionId };
  return db.statementOfReasons.findFirst({ where: action.decisionId ? { decisionId: action.decisionId, OR: [own, { actionId: null }] } : own, orderBy: { id: "desc" }, select: columns });
}

/** The frozen statement of one measure as a PDF: the words that were sent, headed by what became of it since. */
export async function statementPdf(db: Db, which: { statementId: string } | { accountId: string; actionId: string }): Promise<{ fileName: string; bytes: Buffer } | null> {
  const found = "statementId" in which ? await db.statementOfReasons.findUnique({ where: { id: which.statementId }, select: columns }) : await statementOf(db, which);
  if (!found) return null;
  const { decision } = found;
  // The decision's own statement is about its first measure, with or without a referral beside it.
  const about = found.action ?? decision?.actions.find(({ kind }) => kind !== "law_enforcement_referral") ?? null;
  const { name, zone } = (decision ?? found.action!.account).platform;
  const replaced = Boolean(about?.successor) && (decision !== null || about?.successor?.decisionId === null);
  const blocks = statementBlocks(
    {
      subject: found.subject,
      text: found.text,
      language: localeOf(found.language),
      zone,
      decisionState: stateTold(decision?.state ?? "", about?.state ?? "", replaced),
      undoneAt: about?.endedAt?.toISOString() ?? null,
      successor: about?.successor ? { ...about.successor, endsAt: about.successor.endsAt?.toISOString() ?? null } : null,
    },
    maskedToken,
  );
  const reference = found.action?.reference ?? decision?.reference ?? "";
  const bytes = await renderPdf({ title: found.subject, language: found.language, blocks, date: found.issuedAt, author: name, footer: `${name} · ${reference}` });
  return { fileName: `${reference}.pdf`, bytes };
}
