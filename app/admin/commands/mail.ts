import { Option, type Command } from "commander";
import { findReceivedMail, listReceivedMail } from "~/modules/inbound-mail/received-mail.queries.server";
import { acknowledgedWords } from "~/modules/inbound-mail/receipt";
import { mailKinds, mailStates, type MailKind, type MailState } from "~/modules/inbound-mail/received-mail";
import { rowLimit, uuid } from "../options";
import { type Desk, Refused } from "../session";
import { facts, table } from "../table";

interface Options {
  state?: MailState;
  kind?: MailKind;
  platform?: string;
  limit: number;
  after?: string;
}

export function mailCommands(program: Command, desk: Desk): void {
  const mail = program.command("mail").description("mail that came in, and what became of it");
  mail
    .command("list")
    .description("list received mails, newest first, with masked senders")
    .addOption(new Option("--state <state>", "only in this state").choices(mailStates))
    .addOption(new Option("--kind <kind>", "only of this kind").choices(mailKinds))
    .option("--platform <key>", "only this platform's")
    .option("--limit <count>", "at most this many", rowLimit, 50)
    .option("--after <id>", "go on behind this mail", uuid)
    .action((options: Options, command: Command) => desk.answer(command, () => list(desk, options)));
  mail
    .command("show")
    .description("show one received mail, and who vouches for its sender")
    .argument("<id>", "its id, as the list shows it", uuid)
    .action((id: string, _options: object, command: Command) => desk.answer(command, () => show(desk, id)));
}

async function list(desk: Desk, { state, kind, platform, limit, after }: Options) {
  const mails = await desk.withDeps((deps) => listReceivedMail(deps, { state, kind, platformKey: platform, limit, after }));
  const text = table(
    mails,
    {
      ID: (mail) => mail.id,
      RECEIVED: (mail) => mail.receivedAt.toISOString(),
      PLATFORM: (mail) => mail.platform,
      TO: (mail) => mail.role,
      FROM: (mail) => mail.from,
      STATE: (mail) => mail.state,
      KIND: (mail) => mail.kind,
      BECAME: (mail) => [mail.outcome, mail.reportReference, mail.appealReference].filter(Boolean).join(" "),
      SHA256: (mail) => mail.sha256,
    },
    "There are no such mails.",
  );
  return { data: { mails }, text };
}

async function show(desk: Desk, id: string) {
  const mail = await desk.withDeps((deps) => findReceivedMail(deps, id));
  if (!mail) throw new Refused("mail_unknown");
  const text = facts({
    Mail: mail.id,
    Received: mail.receivedAt.toISOString(),
    By: mail.source,
    Platform: mail.platform,
    To: mail.role,
    From: mail.from,
    Size: String(mail.size),
    "SHA-256": mail.sha256,
    State: mail.state,
    Kind: mail.kind,
    "Feedback type": mail.feedbackType,
    Acknowledged: acknowledgedWords(mail),
    Became: mail.outcome,
    Report: mail.reportReference,
    Case: mail.caseReference,
    Appeal: mail.appealReference,
    Notice: mail.noticeId,
    SPF: mail.authentication.spf.result,
    DKIM: mail.authentication.dkim.map(({ result, domain }) => `${result} ${domain ?? ""}`).join(", ") || "none",
    DMARC: mail.authentication.dmarc.result,
    Unreadable: mail.fault,
  });
  return { data: { mail }, text };
}
