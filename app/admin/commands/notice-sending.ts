import type { Command } from "commander";
import type { z } from "zod";
import type { Deps } from "~/infra/deps.server";
import type { StaffActor } from "~/modules/access/actor";
import { staffByEmail } from "~/modules/access/staff-by-email.server";
import { pauseNoticesSchema, resumeNoticesSchema } from "~/modules/notices/sending/pause-notices.schema";
import { pauseNotices } from "~/modules/notices/sending/pause-notices.server";
import { resumeNotices } from "~/modules/notices/sending/resume-notices.server";
import { openPauses } from "~/modules/notices/sending/sending.queries.server";
import { stopNoticeSchema } from "~/modules/notices/stop-notice.schema";
import { stopNotice } from "~/modules/notices/stop-notice.server";
import { uuid } from "../options";
import { type Desk, Refused, WrongUsage } from "../session";
import { table } from "../table";

interface Options {
  by: string;
  reason: string;
  platform?: string;
  all?: boolean;
}

/** The trail names the person, and that they were named on the command line. */
const through = "admin-cli";

/** Pausing, resuming and stopping what people are told: each is a person's doing, so each names one who may do it in the console. */
export function noticeSendingCommands(notice: Command, desk: Desk): void {
  const named = (command: Command): Command => command.requiredOption("--by <address>", "who does it: the address they sign in with").requiredOption("--reason <words>", "why, for the record");
  named(notice.command("pause").description("hand nothing more over of what a platform, or any platform, tells people; it stays queued"))
    .option("--platform <key>", "only this platform's")
    .option("--all", "those of all platforms")
    .action((options: Options, command: Command) => desk.answer(command, () => pause(desk, options)));
  notice
    .command("pauses")
    .description("list the pauses there are now, and what each holds up")
    .action((_options: Options, command: Command) => desk.answer(command, () => pauses(desk)));
  named(notice.command("resume").description("end a pause; what waited for it goes out").argument("<pause>", "its id, as notice pauses shows it", uuid)).action((pauseId: string, options: Options, command: Command) =>
    desk.answer(command, () => resume(desk, pauseId, options)),
  );
  named(notice.command("stop").description("end one mail that still waits, so that it is not sent; not what tells an account holder of a measure").argument("<id>", "its id, as the list shows it", uuid)).action(
    (noticeId: string, options: Options, command: Command) => desk.answer(command, () => stop(desk, noticeId, options)),
  );
}

function read<Schema extends z.ZodType>(schema: Schema, given: object): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new WrongUsage(parsed.error.issues.map((issue) => issue.message).join(" "));
  return parsed.data;
}

async function person(deps: Deps, address: string): Promise<StaffActor> {
  const actor = await staffByEmail(deps, address);
  if (!actor) throw new Refused("staff_unknown");
  return actor;
}

async function pause(desk: Desk, { by, reason, platform, all }: Options) {
  if ((platform === undefined) === !all) throw new WrongUsage("Say whose: --platform <key>, or --all.");
  const input = read(pauseNoticesSchema, { platformKey: platform, reason });
  return desk.withDeps(async (deps) => {
    const paused = await pauseNotices(deps, await person(deps, by), { ...input, through });
    if (!paused.ok) throw new Refused(paused.reason);
    return { data: { pauseId: paused.pauseId }, text: `Nothing more is handed over until sending goes on: notice resume ${paused.pauseId}` };
  });
}

async function pauses(desk: Desk) {
  const open = await desk.withDeps((deps) => openPauses(deps));
  const text = table(
    open,
    { ID: ({ id }) => id, PLATFORM: ({ platformName }) => platformName ?? "all", SINCE: ({ pausedAt }) => pausedAt, BY: ({ pausedBy }) => pausedBy, WAITING: ({ waiting }) => waiting, "OF MEASURES": ({ measures }) => measures, CAMPAIGNS: ({ campaigns }) => campaigns, WHY: ({ reason }) => reason },
    "Nothing is paused.",
  );
  return { data: { pauses: open }, text };
}

async function resume(desk: Desk, pauseId: string, { by, reason }: Options) {
  const input = read(resumeNoticesSchema, { pauseId, reason });
  return desk.withDeps(async (deps) => {
    const resumed = await resumeNotices(deps, await person(deps, by), { ...input, through });
    if (!resumed.ok) throw new Refused(resumed.reason);
    return { data: { notices: resumed.notices }, text: `Sending goes on. Messages that waited for it: ${resumed.notices}.` };
  });
}

async function stop(desk: Desk, noticeId: string, { by, reason }: Options) {
  const input = read(stopNoticeSchema, { noticeId, reason });
  return desk.withDeps(async (deps) => {
    const stopped = await stopNotice(deps, await person(deps, by), { ...input, through });
    if (!stopped.ok) throw new Refused(stopped.reason);
    return { data: { stopped: noticeId }, text: "It is not sent. Its page in the console can send it after all." };
  });
}
