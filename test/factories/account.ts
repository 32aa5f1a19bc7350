import type { Db } from "~/infra/db.server";
import { newId } from "~/infra/id";
import { factoryClock, factoryNow, nth } from "./moment";
import { aPlatform } from "./platform";

type AccountRow = NonNullable<Awaited<ReturnType<Db["account"]["findFirst"]>>>;

/** An active account, on a platform of its own unless one is given. */
export async function createAccount(db: Db, given: Partial<AccountRow> = {}): Promise<AccountRow> {
  const n = nth();
  return db.account.create({
    data: {
      id: newId(),
      platformId: given.platformId ?? (await aPlatform({ db, clock: factoryClock })).id,
      externalId: `acct-${n}`,
      businessName: `Business ${n}`,
      planTier: "pro",
      createdAt: factoryNow,
      updatedAt: factoryNow,
      ...given,
    },
  });
}
