import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { newReference } from "~/infra/reference.server";
import { factoryClock, factoryNow, nth } from "./moment";
import { aPlatform } from "./platform";

type Sealing = Pick<Deps, "db" | "crypto">;
type ReportRow = NonNullable<Awaited<ReturnType<Deps["db"]["report"]["findFirst"]>>>;

/** A reporter who left an address, sealed as intake seals it. */
export async function createReporter({ db, crypto }: Sealing, platformId: string, email = `reporter-${nth()}@mail.example`) {
  return db.reporter.create({
    data: {
      id: newId(),
      platformId,
      kind: "email",
      emailSealed: crypto.seal(email, "reporter.email"),
      emailHash: crypto.lookup(email, "email"),
      nameSealed: crypto.seal("Rosa Marin", "reporter.name"),
      createdAt: factoryNow,
    },
  });
}

/** A report just received, by nobody known unless `reporterId` is given. */
export async function createReport(deps: Sealing, given: Partial<ReportRow> = {}): Promise<ReportRow> {
  const n = nth();
  return deps.db.report.create({
    data: {
      id: newId(),
      reference: newReference("R"),
      platformId: given.platformId ?? (await aPlatform({ db: deps.db, clock: factoryClock })).id,
      channel: "form",
      description: `They keep writing to me (${n}).`,
      messageText: "LAST CHANCE: 80 % off, reply YES",
      contentHash: `content-${n}`,
      receivedAt: factoryNow,
      ...given,
    },
  });
}
