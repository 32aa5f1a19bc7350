import { InvalidArgumentError, Option, type Command } from "commander";
import { apiScopes } from "~/modules/access/api-key";
import { listApiKeys } from "~/modules/access/api-key.queries.server";
import { createApiKeySchema } from "~/modules/access/create-api-key.schema";
import { createApiKey } from "~/modules/access/create-api-key.server";
import { rotateApiKey } from "~/modules/access/rotate-api-key.server";
import { revokeApiKey } from "~/modules/access/revoke-api-key.server";
import { uuid } from "../options";
import { type Desk, operator, Refused, WrongUsage } from "../session";
import { table } from "../table";

interface Options {
  platform?: string;
  scope: string[];
  name: string;
  expiresIn?: number;
}

export function apiKeyCommands(program: Command, desk: Desk): void {
  const keys = program.command("api-key").description("keys by which platforms call the API");
  keys
    .command("create")
    .description("make a key and print it, once")
    .requiredOption("--platform <key>", "customerflows, chatflow, contactflow, casaflow or xpecto")
    .addOption(new Option("--scope <scope...>", "what it may be used for").choices(apiScopes).makeOptionMandatory())
    .option("--name <name>", "what the key is for", "made on the command line")
    .option("--expires-in <days>", "days until it ends by itself (default: it does not)", days)
    .action((options: Options, command: Command) => desk.answer(command, () => create(desk, options)));
  keys
    .command("list")
    .description("show every key, without the part that opens anything")
    .option("--platform <key>", "only this platform's")
    .action((options: Options, command: Command) => desk.answer(command, () => list(desk, options)));
  keys
    .command("rotate")
    .description("make a new key in place of one, print it once, and let the old one end after an overlap")
    .argument("<id>", "the old key's id, as the list shows it", uuid)
    .option("--overlap <hours>", "hours for which the old key still works (default: 24)", hours)
    .action((id: string, options: { overlap?: number }, command: Command) => desk.answer(command, () => rotate(desk, id, options.overlap ?? 24)));
  keys
    .command("revoke")
    .description("end a key at once")
    .argument("<id>", "its id, as the list shows it", uuid)
    .action((id: string, _options: unknown, command: Command) => desk.answer(command, () => revoke(desk, id)));
}

function days(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError("Give a whole number of days.");
  return Number(text);
}

function hours(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) > 720) throw new InvalidArgumentError("Give a whole number of hours, at most 720.");
  return Number(text);
}

async function rotate(desk: Desk, apiKeyId: string, overlapHours: number) {
  const rotated = await desk.withDeps((deps) => rotateApiKey(deps, operator, { apiKeyId, overlapHours }));
  if (!rotated.ok) throw new Refused(rotated.reason);
  const { id, key, oldPrefix } = rotated;
  const oldEndsAt = rotated.oldEndsAt.toISO();
  return { data: { id, key, oldEndsAt }, text: `${key}\n\nThis is the only time the key is shown. The old key ${oldPrefix}… works until ${oldEndsAt}.` };
}

async function create(desk: Desk, options: Options) {
  const parsed = createApiKeySchema.safeParse({
    platformKey: options.platform,
    name: options.name,
    scopes: options.scope,
    expiresInDays: options.expiresIn,
  });
  if (!parsed.success) throw new WrongUsage(parsed.error.issues.map((issue) => issue.message).join(" "));
  const made = await desk.withDeps((deps) => createApiKey(deps, operator, parsed.data));
  if (!made.ok) throw new Refused(made.reason);
  return {
    data: { id: made.id, key: made.key, platform: parsed.data.platformKey, scopes: parsed.data.scopes },
    text: `This key is not shown again:\n\n  ${made.key}\n\nIts id is ${made.id}.`,
  };
}

async function list(desk: Desk, { platform }: Options) {
  const keys = await desk.withDeps((deps) => listApiKeys(deps, platform === undefined ? {} : { platformKey: platform }));
  const text = table(
    keys,
    {
      ID: (key) => key.id,
      PLATFORM: (key) => key.platform,
      KEY: (key) => `${key.prefix}…`,
      SCOPES: (key) => key.scopes.join(" "),
      STATE: (key) => (key.state === "live" && key.replaced ? "replaced" : key.state),
      ENDS: (key) => key.expiresAt,
      "LAST USED": (key) => key.lastUsedAt,
      NAME: (key) => key.name,
    },
    "There are no API keys.",
  );
  return { data: { apiKeys: keys }, text };
}

async function revoke(desk: Desk, apiKeyId: string) {
  const revoked = await desk.withDeps((deps) => revokeApiKey(deps, operator, { apiKeyId }));
  if (!revoked.ok) throw new Refused(revoked.reason);
  return { data: { id: revoked.id, revoked: true }, text: `The key ${revoked.prefix}… is revoked.` };
}
