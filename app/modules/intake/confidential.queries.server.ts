import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { Confidential } from "../notices/leak-check";

/**
 * Everything about the reporters of a case that a text for the account holder must not carry (rule of procedure 8), and
 * the messages complained of, which the account wrote itself and so knows. Opened for the check alone, shown to nobody.
 */
export async function confidentialOfCase(tx: Tx, crypto: Deps["crypto"], caseId: string): Promise<Confidential & { accountsOwnTexts: string[] }> {
  const reports = await tx.report.findMany({
    where: { caseId },
    select: {
      id: true,
      reference: true,
      description: true,
      messageText: true,
      reporter: { select: { emailSealed: true, nameSealed: true } },
      phones: { select: { sealed: true } },
      messages: { where: { direction: "from_reporter" }, select: { text: true } },
    },
  });
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
