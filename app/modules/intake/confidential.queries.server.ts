import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { Confidential } from "../notices/leak-check";

/** Reports beside those of the case at hand that are looked at, newest first: bounded, so that a flood cannot stall a decision. */
export const otherReportsChecked = 2000;

interface ReportRow {
  id: string;
  reference: string;
  description: string;
  messageText: string | null;
  emailSealed: string | null;
  nameSealed: string | null;
  phonesSealed: string[];
  messages: string[];
}

/**
 * Everything about the reporters of an account that a text for its holder must not carry (rule of procedure 8), whichever
 * case their reports are in and whether or not they are in one; and the messages complained of, which the account wrote
 * itself and so knows. Opened for the check alone, shown to nobody.
 *
 * @param of `caseId` null: no case is at hand, so all count as other ones
 */
export async function confidentialOfAccount(tx: Tx, crypto: Deps["crypto"], of: { accountId: string; caseId: string | null }): Promise<Confidential & { accountsOwnTexts: string[] }> {
  const { accountId, caseId } = of;
  const reports = await tx.$queryRaw<ReportRow[]>`
    WITH checked AS (
      SELECT id FROM report WHERE case_id = ${caseId}::uuid
      UNION ALL
      (SELECT id FROM (SELECT o.id, o.received_at FROM report o JOIN "case" c ON c.id = o.case_id WHERE c.account_id = ${accountId}::uuid AND c.id IS DISTINCT FROM ${caseId}::uuid
                       UNION ALL
                       SELECT id, received_at FROM report WHERE account_id = ${accountId}::uuid AND case_id IS NULL) others
        ORDER BY received_at DESC, id DESC LIMIT ${otherReportsChecked}))
    SELECT r.id, r.reference, r.description, r.message_text AS "messageText", w.email_sealed AS "emailSealed", w.name_sealed AS "nameSealed",
           ARRAY(SELECT p.sealed FROM report_phone p WHERE p.report_id = r.id) AS "phonesSealed",
           ARRAY(SELECT m.text FROM report_message m WHERE m.report_id = r.id AND m.direction <> 'to_reporter') AS messages
      FROM checked JOIN report r USING (id) LEFT JOIN reporter w ON w.id = r.reporter_id`;
  const opened = (sealed: string | null, context: string) => (sealed ? [crypto.open(sealed, context)] : []);
  return {
    names: reports.flatMap(({ nameSealed }) => opened(nameSealed, "reporter.name")),
    emails: reports.flatMap(({ emailSealed }) => opened(emailSealed, "reporter.email")),
    phones: reports.flatMap(({ phonesSealed }) => phonesSealed.flatMap((sealed) => opened(sealed, "report.phone"))),
    reportIds: reports.flatMap(({ id, reference }) => [id, reference]),
    reporterTexts: reports.flatMap(({ description, messages }) => [description, ...messages]),
    accountsOwnTexts: reports.flatMap(({ messageText }) => (messageText ? [messageText] : [])),
  };
}
