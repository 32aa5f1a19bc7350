import { demoPassword, demoPeople } from "#prisma/demo-people.mjs";
import { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { hashPassword } from "~/modules/access/password.server";
import { addContact } from "~/modules/platforms/account-contacts.server";
import { keepIdentifiers } from "~/modules/platforms/keep-identifiers.server";
import { demoAccounts } from "./accounts";

/** Staff in every role; they sign in without a second factor, outside production only. */
export async function enrolDemoPeople(deps: Deps, createdAt: Date): Promise<void> {
  const passwordHash = await hashPassword(demoPassword);
  for (const { email, name, role } of demoPeople) {
    await deps.db.staff.upsert({
      where: { email },
      create: { id: newId(), email, name, roles: [role], passwordHash, demo: true, createdAt },
      update: {},
    });
  }
}

/** The demo's account holders, by their platform's id. */
export async function addDemoAccounts(deps: Deps, since: DateTime): Promise<Map<string, { id: string; platformKey: string; name: string }>> {
  const platforms = new Map((await deps.db.platform.findMany({ select: { id: true, key: true } })).map(({ id, key }) => [key, id]));
  const added = new Map<string, { id: string; platformKey: string; name: string }>();
  for (const [index, account] of demoAccounts.entries()) {
    const id = newId();
    const createdAt = since.minus({ days: (index * 23) % 400 }).toJSDate();
    await deps.db.$transaction(async (tx) => {
      await tx.account.create({
        data: {
          id,
          platformId: platforms.get(account.platform)!,
          externalId: account.externalId,
          businessName: account.name,
          planTier: account.plan,
          language: account.language,
          createdAt,
          updatedAt: createdAt,
        },
      });
      const mailbox = `owner@${account.name.toLowerCase().replace(/[^a-z]+/g, "-")}.example`;
      await addContact(tx, deps.crypto, { accountId: id, kind: "email", value: mailbox, createdAt });
      await addContact(tx, deps.crypto, { accountId: id, kind: "phone", value: account.phone, createdAt });
      await keepIdentifiers(tx, deps, id, { phones: [account.phone], emails: [mailbox] }, DateTime.fromJSDate(createdAt, { zone: "utc" }));
    });
    added.set(account.externalId, { id, platformKey: account.platform, name: account.name });
  }
  return added;
}
