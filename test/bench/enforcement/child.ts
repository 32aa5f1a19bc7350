import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { Client } from "pg";
import type { Deps } from "~/infra/deps.server";

/**
 * One process of the benches, told what to be by its first argument: `gate` is the web process as it is, `bare` a
 * node:http server that answers as many bytes, `echo` one that reads a body and answers with it, `tail` the
 * worker's part of reading events, `listener` answers each notification with one of its own, `mail` takes mail
 * `bare-mail` does no more than write it down,
 * `campaign` sends campaigns, `campaign-victim` does so to be killed, and `drain` takes mail and forgets it.
 *
 * Each loads what it is and nothing else: some are timed from their start on, and others are weighed.
 */
/** As long as the gate keeps them, so that a busy machine does not lose the connections of one contender only. */
const keepAliveTimeout = 65_000;

const [role, databaseUrl = "", payload = ""] = process.argv.slice(2);

async function ownDeps(): Promise<Deps> {
  const [{ loadConfig }, { buildDeps }] = await Promise.all([import("~/infra/config.server"), import("~/infra/deps.server")]);
  return buildDeps(loadConfig(), "bench");
}

async function start(): Promise<number> {
  if (role === "gate") {
    const [deps, { openApi }, { startHttpServer }] = await Promise.all([ownDeps(), import("~/api/endpoints"), import("~/infra/http/http-server")]);
    const api = openApi(deps, { perKey: 1e9, refusedPerAddress: 1e9 });
    const { port } = await startHttpServer({ deps: { ...deps, config: { ...deps.config, port: 0 } }, endpoints: api.endpoints, shortcut: api.shortcut, pages: null });
    return port;
  }
  if (role === "mail") {
    const [deps, { startMailListener }] = await Promise.all([ownDeps(), import("~/smtp/mail-listener")]);
    const { port } = await startMailListener(deps, { ...deps.config.mail, port: 0, clientsPerAddress: 0, mailsPerMinute: 0 });
    return port;
  }
  if (role === "campaign" || role === "campaign-victim") {
    const { smtpUrl } = JSON.parse(payload) as { smtpUrl: string };
    const [deps, { startCampaignSender }, { killedSender }] = await Promise.all([ownDeps(), import("~/modules/notices/campaign/campaign-sender.server"), import("../../support/killed-sender")]);
    startCampaignSender(deps, { smtpUrl, ...(role === "campaign-victim" && { ...killedSender, leaseMs: 2_000 }) });
    return 0;
  }
  if (role === "drain") return (await import("../drain")).startDrain();
  if (role === "bare-mail") return (await import("../bare-mail")).startBareMail(payload);
  if (role === "tail") {
    const [deps, { startEventTail }] = await Promise.all([ownDeps(), import("../../../jobs/event-tail")]);
    startEventTail(deps);
    return 0;
  }
  if (role === "listener") {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query("LISTEN bench_ask");
    client.on("notification", ({ payload: asked = "" }) => void client.query({ name: "answer", text: "SELECT pg_notify('bench_answer', $1)", values: [asked] }));
    return 0;
  }
  if (role === "echo") {
    const echo: RequestListener = (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
        response.writeHead(200, { "content-type": "application/json", "content-length": body.length }).end(body);
      });
    };
    const server = createServer({ keepAliveTimeout }, echo);
    await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
    return (server.address() as AddressInfo).port;
  }
  // One string, which Node writes together with its head: the fastest that node:http answers.
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(payload) };
  const answer: RequestListener = (_request, response) => response.writeHead(200, headers).end(payload);
  const server = createServer({ keepAliveTimeout }, answer);
  await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
  return (server.address() as AddressInfo).port;
}

process.send?.({ port: await start() });
process.on("message", () => process.send?.({ rss: process.memoryUsage.rss() }));
process.on("disconnect", () => process.exit(0));
