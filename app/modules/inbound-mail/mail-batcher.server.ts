import type { Pool } from "pg";
import { shareTurns, type SharedTurns } from "~/infra/shared-turns";
import { insertMails, type NewMail } from "./new-mail.repo.server";

/** More than this in one statement makes the others wait longer than it saves. */
const mostMails = 200;
/** While one insert waits for the disk the next is written; more only contend for the processor. */
const lanes = 2;

/** Group commit: mails that arrive while an insert is under way share the next one. A mail's result is whether it is new. */
export const createMailBatcher = (pool: Pool): SharedTurns<NewMail, boolean> =>
  shareTurns(
    async (mails) => {
      const fresh = await insertMails(pool, mails);
      return mails.map(({ id }) => fresh.has(id));
    },
    { lanes, most: mostMails },
  );
