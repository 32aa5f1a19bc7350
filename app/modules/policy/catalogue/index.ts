import { cfChannels } from "./cf-aup-channels";
import { cfConduct } from "./cf-aup-conduct";
import type { CataloguePolicy } from "./clause";
import { casaPp, chatPp, contPp } from "./privacy-policies";
import { xpAup } from "./xp-aup";

export type { CatalogueClause, CataloguePolicy, ReportLabel } from "./clause";
export { cataloguePlatforms, type CataloguePlatform } from "./platforms";

const cfAup: CataloguePolicy = {
  code: "CF-AUP",
  platform: "customerflows",
  kind: "acceptable_use",
  title: "CustomerFlows acceptable use policy",
  titleEs: "Política de uso aceptable de CustomerFlows",
  effectiveOn: "2025-01-01",
  lastUpdatedOn: null,
  summary: "The first version kept here. The source shows no date.",
  summaryEs: "La primera versión que se guarda aquí. La fuente no muestra ninguna fecha.",
  clauses: [...cfConduct, ...cfChannels],
};

/** The five policies as data: what prisma/seed.ts turns into policies, versions and clauses. */
export const cataloguePolicies: readonly CataloguePolicy[] = [cfAup, xpAup, chatPp, contPp, casaPp];
