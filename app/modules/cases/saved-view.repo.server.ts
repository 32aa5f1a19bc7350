import type { Tx } from "~/infra/db.server";

interface View {
  id: string;
  staffId: string;
  name: string;
  query: string;
  createdAt: Date;
}

/** How many views a person has under other names. */
export const countViews = (tx: Tx, staffId: string, butName: string): Promise<number> =>
  tx.savedView.count({ where: { staffId, name: { not: butName } } });

export const putView = (tx: Tx, view: View): Promise<unknown> =>
  tx.savedView.upsert({
    where: { staffId_name: { staffId: view.staffId, name: view.name } },
    create: view,
    update: { query: view.query },
  });

export const removeViewOf = async (tx: Tx, staffId: string, id: string): Promise<boolean> =>
  (await tx.savedView.deleteMany({ where: { id, staffId } })).count > 0;
