import type { Deps } from "~/infra/deps.server";
import { recordAudit } from "~/modules/audit/record-audit.server";
import { setTransparency } from "~/modules/platforms/set-transparency.server";
import { addDemoAccounts, enrolDemoPeople } from "./cast";
import { playStory } from "./play";
import { openStage, seeder } from "./stage";
import { demoStories } from "./stories";

/**
 * A believable demo: staff in every role, some forty accounts, about 120 reports and signals, cases in every state,
 * appeals near their deadline. Its past is played by the product's own commands, so that nothing in it could not have
 * happened; it is added once, to a database that has no accounts.
 *
 * @returns "incomplete" when an earlier run was stopped half-way: its accounts are there, but not all of their story
 */
export async function seedDemo(deps: Deps): Promise<"added" | "present" | "incomplete"> {
  if (deps.config.production || !deps.config.demo) throw new Error("The demo exists only outside production, with DEMO=1.");
  const today = deps.clock();
  await enrolDemoPeople(deps, today.minus({ days: 400 }).toJSDate());
  if ((await deps.db.account.findFirst({ select: { id: true } })) !== null) {
    return (await deps.db.auditEntry.findFirst({ where: { type: "demo.seeded" }, select: { id: true } })) ? "present" : "incomplete";
  }
  const accounts = await addDemoAccounts(deps, today.minus({ days: 90 }));
  await setTransparency(deps, seeder, { platformKey: "customerflows", exports: true, territory: ["ES", "IE"], reason: "The platform is offered in Spain and Ireland." });
  const stage = await openStage(deps, today);
  for (const [index, story] of demoStories.entries()) await playStory(stage, { accounts }, story, index, today);
  await deps.db.$transaction((tx) => recordAudit(tx, seeder, { type: "demo.seeded", at: today, cases: demoStories.length }));
  return "added";
}
