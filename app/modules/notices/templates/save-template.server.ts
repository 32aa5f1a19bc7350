import { civilDayOf, startOfCivilDay } from "~/infra/civil-day";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../../access/actor";
import { recordAudit } from "../../audit/record-audit.server";
import { vocabularyOf } from "./fill";
import { checkTemplate } from "./language";
import type { SaveTemplateInput } from "./save-template.schema";

export type SaveTemplateRefusal = "forbidden" | "not_found" | "template_faulty" | "template_changed" | "effective_day_past";

/**
 * Adds a version of what a message says on a platform, or goes back to the product's words; at once or from a day on. The
 * newest version that is in effect is used, so that a text saved for now also takes the place of one that waits for its day.
 * Messages already written keep their words.
 */
export async function saveTemplate(deps: Deps, actor: StaffActor, input: SaveTemplateInput): Promise<Result<{ number: number; isNew: boolean }, SaveTemplateRefusal>> {
  if (!may(actor, "policy:edit")) return refuse("forbidden");
  const text = input.intent === "save" ? { subject: input.subject, body: input.body } : null;
  const problems = text ? checkTemplate(text, vocabularyOf(input.kind)) : [];
  if (problems.length > 0) return refuse("template_faulty", { problems });
  const now = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ number: number; isNew: boolean }, SaveTemplateRefusal>> => {
    const [platform] = await tx.$queryRaw<{ id: string; zone: string }[]>`SELECT id, zone FROM platform WHERE key = ${input.platformKey} FOR NO KEY UPDATE`;
    if (!platform) return refuse("not_found");
    if (input.effectiveOn && input.effectiveOn <= civilDayOf(now, platform.zone)) return refuse("effective_day_past");
    const effectiveFrom = input.effectiveOn ? startOfCivilDay(input.effectiveOn, platform.zone) : now;
    const { kind, language } = input;
    const of = { platformId: platform.id, kind, language };
    const last = await tx.noticeTemplate.findFirst({ where: of, orderBy: { number: "desc" } });
    const number = last?.number ?? 0;
    const sameDay = last && (input.effectiveOn ? +last.effectiveFrom === +effectiveFrom : +last.effectiveFrom <= +now);
    const repeated = sameDay && last.createdById === actor.id && last.subject === (text?.subject ?? null) && last.body === (text?.body ?? null) && last.note === input.note;
    if (repeated && number === input.basedOn + 1) return { ok: true, number, isNew: false };
    if (number !== input.basedOn) return refuse("template_changed", { number });
    const id = newId();
    await tx.noticeTemplate.create({
      data: { id, ...of, number: number + 1, subject: text?.subject ?? null, body: text?.body ?? null, effectiveFrom: effectiveFrom.toJSDate(), note: input.note, createdById: actor.id, createdAt: now.toJSDate() },
    });
    await tx.platform.update({ where: { id: platform.id }, data: { templatesRevision: { increment: 1 } }, select: { id: true } });
    await recordAudit(tx, actor, { type: text ? "notice_template.saved" : "notice_template.reverted", at: now, platformId: platform.id, templateId: id, kind, language, number: number + 1, effectiveFrom, note: input.note });
    return { ok: true, number: number + 1, isNew: true };
  });
}
