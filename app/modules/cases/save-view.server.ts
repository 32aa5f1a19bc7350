import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { may, type StaffActor } from "../access/actor";
import { countViews, putView, removeViewOf } from "./saved-view.repo.server";
import type { RemoveViewInput, SaveViewInput } from "./save-view.schema";

const mostViews = 30;

/** Keeps a way of narrowing the queue under a name of one's own; the same name again replaces it. */
export async function saveView(deps: Deps, actor: StaffActor, input: SaveViewInput): Promise<Result<object, "forbidden" | "too_many_views">> {
  if (!may(actor, "case:read")) return refuse("forbidden");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    if ((await countViews(tx, actor.id, input.name)) >= mostViews) return refuse("too_many_views");
    await putView(tx, { id: newId(), staffId: actor.id, name: input.name, query: input.query, createdAt: now.toJSDate() });
    return { ok: true };
  });
}

/** Forgets one of one's own views. */
export async function removeView(deps: Deps, actor: StaffActor, input: RemoveViewInput): Promise<Result<object, "not_found">> {
  const removed = await deps.db.$transaction((tx) => removeViewOf(tx, actor.id, input.viewId));
  return removed ? { ok: true } : refuse("not_found");
}
