import { z } from "zod";
import type { Db } from "~/infra/db.server";
import type { Locale } from "~/infra/http/locale";
import { policyAreas, type PolicyArea } from "../policy/areas";

export interface ReportChoices {
  platform: { key: string; name: string; zone: string };
  /** What can be reported there, in plain words, by area in the catalogue's order. */
  groups: { area: PolicyArea; options: { value: string; label: string }[] }[];
}

const labelSchema = z.object({ en: z.string(), es: z.string() });

/** What a reporter can choose on a platform: every clause in force that has plain words for it. Null: no such platform. */
export async function reportChoices(db: Db, platformKey: string, locale: Locale): Promise<ReportChoices | null> {
  const platform = await db.platform.findUnique({
    where: { key: platformKey },
    select: {
      key: true,
      name: true,
      zone: true,
      policies: {
        orderBy: { code: "asc" },
        select: {
          versions: {
            where: { state: "in_force" },
            select: { clauses: { orderBy: { position: "asc" }, select: { reportLabel: true, clause: { select: { code: true, area: true } } } } },
          },
        },
      },
    },
  });
  if (!platform) return null;
  const { policies, ...rest } = platform;
  const options = policies.flatMap(({ versions }) =>
    versions.flatMap(({ clauses }) =>
      clauses.flatMap(({ reportLabel, clause }) => {
        const label = labelSchema.safeParse(reportLabel);
        return label.success ? [{ area: clause.area, value: clause.code, label: label.data[locale] }] : [];
      }),
    ),
  );
  const groups = policyAreas
    .map((area) => ({ area, options: options.filter((option) => option.area === area).map(({ value, label }) => ({ value, label })) }))
    .filter((group) => group.options.length > 0);
  return { platform: rest, groups };
}
