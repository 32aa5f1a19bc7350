import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import type { StaffActor } from "../access/actor";
import type { AddNoteInput } from "./add-note.schema";
import { changed } from "./case";
import { insertNote } from "./case.repo.server";
import { changeCase } from "./change-case.server";

/** Adds a note for colleagues. Anybody who works on cases may, whoever holds this one. */
export function addNote(deps: Deps, actor: StaffActor, input: AddNoteInput) {
  return changeCase(deps, actor, "case:work", { caseId: input.caseId }, async (found, now, tx) => {
    const noteId = newId();
    await insertNote(tx, { id: noteId, caseId: found.id, authorId: actor.id, text: input.text, createdAt: now.toJSDate() });
    return {
      ok: true,
      case: changed(found, {}, now),
      audit: "case.note_added",
      facts: { noteId },
      event: { kind: "note_added", data: { noteId } },
    };
  });
}
