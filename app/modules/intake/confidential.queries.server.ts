import type { Prisma, Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { Confidential } from "../notices/leak-check";

/** Reports beside those of the case at hand that are looked at, newest first: bounded, so that a flood cannot stall a decision. */
export const otherReportsChecked = 2000;

const columns = {
  id: true,
  reference: true,
  description: true,
  messageText: true,
  reporter: { select: { emailSealed: true, nameSealed: true } },
  phones: { select: { sealed: true } },
  messages: { where: { direction: "from_reporter" }, select: { text: true } },
} as const satisfies Prisma.ReportSelect;

/**
 * Everything about the reporters of an account that a text for its holder must not carry (rule of procedure 8), whichever
 * case their reports are in and whether or not they are in one; and the messages complained of, which the account wrote
 * itself and so knows. Opened for the check alone, shown to nobody.
 */
export async function confidentialOfAccount(tx: Tx, crypto: Deps["crypto"], of: { accountId: string; caseId: string }): Promise<Confidential & { accountsOwnTexts: string[] }> {
  const { accountId, caseId } = of;
  const ofCase = await tx.report.findMany({ where: { caseId }, select: columns });
  const otherCases = await tx.case.findMany({ where: { accountId, id: { not: caseId } }, select: { id: true } });
  const others = await tx.report.findMany({
    where: { OR: [{ caseId: { in: otherCases.map(({ id }) => id) } }, { accountId, caseId: null }] },
    orderBy: [{ receivedAt: "desc" }, { id: "desc" }],
    take: otherReportsChecked,
    select: columns,
  });
  const reports = [...ofCase, ...others];
  const opened = (sealed: string | null | undefined, context: string) => (sealed ? [crypto.open(sealed, context)] : []);
  return {
    names: reports.flatMap(({ reporter }) => opened(reporter?.nameSealed, "reporter.name")),
    emails: reports.flatMap(({ reporter }) => opened(reporter?.emailSealed, "reporter.email")),
    phones: reports.flatMap(({ phones }) => phones.flatMap(({ sealed }) => opened(sealed, "report.phone"))),
    reportIds: reports.flatMap(({ id, reference }) => [id, reference]),
    reporterTexts: reports.flatMap(({ description, messages }) => [description, ...messages.map(({ text }) => text)]),
    accountsOwnTexts: reports.flatMap(({ messageText }) => (messageText ? [messageText] : [])),
  };
}
