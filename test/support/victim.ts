import { loadConfig } from "~/infra/config.server";
import { buildDeps } from "~/infra/deps.server";
import { startCampaignSender } from "~/modules/notices/campaign/campaign-sender.server";
import { pollMailbox } from "~/modules/inbound-mail/poll-mailbox.server";
import { startMailListener } from "~/smtp/mail-listener";
import { killedSender } from "./killed-sender";
import { decide, type Deciding } from "./deciding";
import { startWeb } from "./web";
import { hastyTail } from "./tailing";
import { startTestWorker } from "./worker";

/** A process that is made to be killed: it works like the worker, judges events in haste besides, sends campaigns, decides like the web process, serves the API, takes mail or reads a mailbox. */
const [role, input] = process.argv.slice(2);
const config = loadConfig(process.env);
const deps = await buildDeps(config, "victim");

if (role === "mail") process.stdout.write(`${(await startMailListener(deps)).port}\n`);
else if (role === "serve") process.stdout.write(`${(await startWeb(deps)).port}\n`);
else if (role === "poll") void pollMailbox(deps, { mailboxId: input! });
else if (role === "send") startCampaignSender(deps, { smtpUrl: config.smtpUrl, ...killedSender });
else if (role === "work" || role === "judge") await startTestWorker(deps, config.smtpUrl, { sendTimeoutMs: 20_000, tuning: { lockDuration: 1_000, stalledInterval: 500 }, ...(role === "judge" && { tail: hastyTail }) });
else await decide(deps, JSON.parse(input ?? "") as Deciding);

if (role !== "serve" && role !== "mail") process.stdout.write("ready\n");
setInterval(() => undefined, 60_000);
