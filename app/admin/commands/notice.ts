import { Option, type Command } from "commander";
import { findMail, listMail } from "~/modules/notices/mail-log.queries.server";
import { noticeStates, type NoticeState } from "~/modules/notices/notice";
import { readMail } from "~/modules/notices/read-mail.server";
import { rowLimit, uuid } from "../options";
import { type Desk, operator, Refused, WrongUsage } from "../session";
import { facts, table } from "../table";
import { noticeSendingCommands } from "./notice-sending";

interface Options {
  state?: NoticeState;
  platform?: string;
  limit: number;
  after?: string;
  reveal?: boolean;
  reason?: string;
}

export function noticeCommands(program: Command, desk: Desk): void {
  const notice = program.command("notice").description("what people were told by mail");
  notice
    .command("list")
    .description("list the mails, newest first, with masked addresses")
    .addOption(new Option("--state <state>", "only in this state").choices(noticeStates))
    .option("--platform <key>", "only this platform's")
    .option("--limit <count>", "at most this many", rowLimit, 50)
    .option("--after <id>", "go on behind this mail", uuid)
    .action((options: Options, command: Command) => desk.answer(command, () => list(desk, options)));
  notice
    .command("show")
    .description("show one mail and what became of it")
    .argument("<id>", "its id, as the list shows it", uuid)
    .option("--reveal", "also the address and the text; this is written to the audit trail")
    .option("--reason <words>", "why you look, for the audit trail; needed with --reveal")
    .action((id: string, options: Options, command: Command) => desk.answer(command, () => show(desk, id, options)));
  noticeSendingCommands(notice, desk);
}

async function list(desk: Desk, { state, platform, limit, after }: Options) {
  const mails = await desk.withDeps((deps) => listMail(deps, { state, platformKey: platform, limit, after }));
  const text = table(
    mails,
    {
      ID: (mail) => mail.id,
      WRITTEN: (mail) => mail.createdAt.toISOString(),
      KIND: (mail) => mail.kind,
      STATE: (mail) => mail.state,
      TRIES: (mail) => mail.attempts,
      TO: (mail) => mail.to,
      SUBJECT: (mail) => mail.subject,
    },
    "There are no such mails.",
  );
  return { data: { mails }, text };
}

async function show(desk: Desk, id: string, { reveal, reason }: Options) {
  const why = reason?.trim() ?? "";
  if (reveal && why === "") throw new WrongUsage("Say why you look: --reveal --reason <words>.");
  return desk.withDeps(async (deps) => {
    const found = await findMail(deps, id);
    if (!found) throw new Refused("notice_unknown");
    const opened = reveal ? await readMail(deps, operator, { noticeId: id, reason: why }) : null;
    if (opened && !opened.ok) throw new Refused(opened.reason);
    const mail = opened ? { ...found, to: opened.to, text: opened.text } : found;
    const head = facts({
      Mail: mail.id,
      Kind: mail.kind,
      State: mail.state,
      Platform: mail.platform,
      To: mail.to,
      Subject: mail.subject,
      "Message-ID": mail.messageId,
      Written: mail.createdAt.toISOString(),
      "Handed over": mail.handedOverAt?.toISOString() ?? null,
      Tries: mail.attempts,
      "Last answer": mail.lastAnswer,
    });
    return { data: { mail }, text: opened ? `${head}\n\n${opened.text}` : head };
  });
}
