import type { Db } from "~/infra/db.server";
import { furtherKindsIn } from "./four-eyes";

/** Every platform with what differs between them, for the settings page. */
export async function listPlatforms(db: Db) {
  const rows = await db.platform.findMany({
    orderBy: [{ name: "asc" }, { id: "asc" }],
    include: { holidays: { orderBy: { day: "asc" } }, features: { orderBy: [{ position: "asc" }, { code: "asc" }], select: { code: true, name: true, nameEs: true, includes: true, retiredAt: true } } },
  });
  return rows.map(({ holidays, features, fourEyesKinds, createdAt: _createdAt, ...row }) => ({
    ...row,
    fourEyesKinds: furtherKindsIn(fourEyesKinds),
    features: features.map(({ retiredAt, ...feature }) => ({ ...feature, retired: retiredAt !== null })),
    holidays: holidays.map(({ day, name }) => ({ day: day.toISOString().slice(0, 10), name })),
  }));
}

/** Where a platform's calendar and clock are read; null: no such platform. */
export async function platformZone(db: Db, key: string): Promise<string | null> {
  const found = await db.platform.findUnique({ where: { key }, select: { zone: true } });
  return found?.zone ?? null;
}

/** Choices for a form. */
export const platformChoices = (db: Db): Promise<{ id: string; key: string; name: string }[]> =>
  db.platform.findMany({ orderBy: [{ name: "asc" }, { id: "asc" }], select: { id: true, key: true, name: true } });

/** null: no such platform. */
export const platformIdByKey = async (db: Db, key: string): Promise<string | null> =>
  (await db.platform.findUnique({ where: { key }, select: { id: true } }))?.id ?? null;
