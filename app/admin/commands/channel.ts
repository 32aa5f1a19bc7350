import { readFile } from "node:fs/promises";
import { Option, type Command } from "commander";
import { nameSender } from "~/modules/signals/name-sender.server";
import { nameSenderSchema, setChannelSchema } from "~/modules/signals/set-channel.schema";
import { setChannel } from "~/modules/signals/set-channel.server";
import { type Desk, operator, Refused, WrongUsage } from "../session";

interface SetOptions {
  platform: string;
  provider: string;
  secretFile: string;
  verifyTokenFile?: string;
}

const provider = (): Option => new Option("--provider <provider>", "who calls").choices(["whatsapp", "twilio"]).makeOptionMandatory();

/** Secrets come from files: what stands on a command line is seen by everybody on the machine, and kept in histories. */
export function channelCommands(program: Command, desk: Desk): void {
  const channels = program.command("channel").description("message providers that call /webhooks/…");
  channels
    .command("set")
    .description("set by what a provider proves itself")
    .requiredOption("--platform <key>", "which platform")
    .addOption(provider())
    .requiredOption("--secret-file <file>", "file with WhatsApp's app secret, or Twilio's auth token")
    .option("--verify-token-file <file>", "file with the verify token that WhatsApp's handshake repeats")
    .action((options: SetOptions, command: Command) => desk.answer(command, () => set(desk, options)));
  channels
    .command("sender")
    .description("say whose a provider's sender is")
    .argument("<sender>", "a phone number id, a business account's id, a number in E.164, a messaging service")
    .requiredOption("--platform <key>", "which platform")
    .addOption(provider())
    .requiredOption("--account <id>", "the platform's own id of the account")
    .action((sender: string, options: { platform: string; provider: string; account: string }, command: Command) => desk.answer(command, () => name(desk, sender, options)));
}

async function set(desk: Desk, options: SetOptions) {
  const secret = await read(options.secretFile);
  const verifyToken = options.verifyTokenFile === undefined ? undefined : await read(options.verifyTokenFile);
  const parsed = setChannelSchema.safeParse({ platformKey: options.platform, provider: options.provider, secret, verifyToken });
  if (!parsed.success) throw new WrongUsage(parsed.error.issues.map((issue) => issue.message).join(" "));
  const done = await desk.withDeps((deps) => setChannel(deps, operator, parsed.data));
  if (!done.ok) throw new Refused(done.reason);
  const { platform } = options;
  return { data: { platform, provider: options.provider, set: true }, text: `Set. ${options.provider} calls /webhooks/${options.provider}/${platform} from now on.` };
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new WrongUsage(`The file ${file} cannot be read.`);
  }
}

async function name(desk: Desk, sender: string, options: { platform: string; provider: string; account: string }) {
  const parsed = nameSenderSchema.safeParse({ platformKey: options.platform, provider: options.provider, externalId: options.account, sender });
  if (!parsed.success) throw new WrongUsage(parsed.error.issues.map((issue) => issue.message).join(" "));
  const named = await desk.withDeps((deps) => nameSender(deps, operator, parsed.data));
  if (!named.ok) throw new Refused(named.reason);
  return { data: { accountId: named.accountId, sender: `…${sender.slice(-4)}` }, text: `…${sender.slice(-4)} is ${options.account}'s from now on.` };
}
