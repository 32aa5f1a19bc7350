import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { assertOwnParts } from "./checks.mjs";
import { migrateAndSeed, openOwnDatabase } from "./data.mjs";
import { forgetRunningEnvironment, writeRunningEnvironment } from "./environment.mjs";
import { startInbox } from "./inbox.mjs";
import { lockDataDir } from "./lock.mjs";
import { startMail } from "./mail.mjs";
import { Plain } from "./plain.mjs";
import { startPostgres } from "./postgres.mjs";
import { privateFolder } from "./private.mjs";
import { secretsOf } from "./secrets.mjs";
import { startService } from "./service.mjs";
import { programFlags } from "./program-flags.mjs";

/**
 * Everything that runs: the embedded parts that no address was given for, the web process, the worker and the door for mail.
 *
 * @typedef {{
 *   env: Record<string, string>,
 *   dataDir: string,
 *   people: { email: string, role: string, password: string }[],
 *   services: Map<string, import("./service.mjs").Service>,
 *   databasePid: () => number | undefined,
 *   stop: () => Promise<void>,
 *   kill: () => void,
 * }} Stack
 * @typedef {{
 *   root: string,
 *   dataDir: string,
 *   env: import("./environment.mjs").Env,
 *   port: number,
 *   ports?: { database: number, smtp: number, inbox: number, mail?: number },
 *   durable?: boolean,
 *   step?: import("./progress.mjs").Step,
 *   signal?: AbortSignal,
 *   onStack?: (stack: Stack) => void,
 *   onDead?: (name: string, reason: string) => void,
 *   onTrouble?: (name: string, line: string) => void,
 * }} StackOptions
 */

/** The usual ports of a local mail inbox; the database hides beside the usual one. A taken port is passed over. No port for `mail`: no mail is taken. */
const usualPorts = { database: 54_329, smtp: 1025, inbox: 1080, mail: 2525 };

/**
 * @param {StackOptions} options `onStack` gets the stack before it is up, so that it can be stopped on the way
 * @returns {Promise<Stack>} when the web process says it is ready
 */
export async function startStack(options) {
  const { root, dataDir, port, ports = usualPorts, durable = true, onDead, onTrouble } = options;
  const step = options.step ?? ((_label, work) => work(() => undefined));
  const logDir = privateFolder(join(dataDir, "logs"));
  privateFolder(join(dataDir, "files"));
  const unlock = lockDataDir(dataDir);

  /** @type {import("./postgres.mjs").Cluster | undefined} */
  let cluster;
  /** @type {Promise<void> | undefined} */
  let stopped;
  /** @type {Stack} */
  const stack = {
    env: {},
    dataDir,
    people: [],
    services: new Map(),
    databasePid: () => cluster?.pid,
    stop: () => (stopped ??= stopInOrder()),
    kill: () => {
      for (const service of stack.services.values()) service.kill();
      cluster?.kill();
      unlock();
    },
  };
  const stopInOrder = async () => {
    forgetRunningEnvironment(dataDir);
    await Promise.all([...["web", "worker", "mail"].map((name) => stack.services.get(name)?.stop())]);
    await stack.services.get("inbox")?.stop();
    await cluster?.stop();
    unlock();
  };
  options.onStack?.(stack);
  const goOn = () => options.signal?.throwIfAborted();

  try {
    assertOwnParts(options.env);
    const secrets = secretsOf(dataDir);
    /** @type {Awaited<ReturnType<typeof startInbox>> | undefined} */
    let inbox;
    /** @type {import("./data.mjs").OwnDatabase | undefined} */
    let own;
    await step("Starting the database and the mail inbox", async () => {
      if (!options.env.SMTP_URL) {
        const onService = (/** @type {import("./service.mjs").Service} */ service) => void stack.services.set("inbox", service);
        inbox = await startInbox({ root, dataDir, logDir, webPort: ports.inbox, smtpPort: ports.smtp, onService, signal: options.signal, onDead, onTrouble });
      }
      if (!options.env.DATABASE_URL) {
        cluster = await startPostgres({ dir: join(dataDir, "postgres"), password: secrets.databasePassword, port: ports.database, durable, onDead, onTrouble });
        own = await openOwnDatabase(root, cluster);
      }
    });
    goOn();
    stack.env = environmentFor(options, secrets, own?.url, inbox);
    await migrateAndSeed({ root, dataDir, env: { ...process.env, ...stack.env }, own, step, signal: options.signal });
    if (own) stack.env.DATABASE_URL = await own.finish();
    if (stack.env.DEMO === "1") stack.people = await demoPeople(root);
    const childEnv = { ...process.env, ...stack.env };
    goOn();

    await step(ports.mail ? "Starting web, worker and the door for mail" : "Starting web and worker", async () => {
      for (const { name, entry } of /** @type {const} */ ([{ name: "web", entry: "app/server.ts" }, { name: "worker", entry: "jobs/worker.ts" }])) {
        stack.services.set(name, startService({ name, args: [...programFlags(root, name), "--import", "tsx", join(root, entry)], cwd: root, env: childEnv, logDir, onDead, onTrouble }));
      }
      if (ports.mail) stack.env.MAIL_PORT = String(await startMail({ root, env: childEnv, usualPort: ports.mail, logDir, onService: (service) => void stack.services.set("mail", service), signal: options.signal, onDead, onTrouble }));
      await untilReady(stack, `http://${reachable(stack.env.HOST)}:${port}/readyz`, options.signal);
    });
    for (const service of stack.services.values()) service.confirm();
    writeRunningEnvironment(dataDir, stack.env);
    return stack;
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/**
 * @param {StackOptions} options
 * @param {ReturnType<typeof secretsOf>} secrets
 * @param {string | undefined} databaseUrl
 * @param {{ smtpUrl: string, inboxUrl: string } | undefined} inbox
 * @returns {Record<string, string>}
 */
function environmentFor({ env, dataDir, port }, secrets, databaseUrl, inbox) {
  /** @type {import("./environment.mjs").Env} */
  const settings = {
    FIELD_KEYS: secrets.FIELD_KEYS,
    LOOKUP_KEY: secrets.LOOKUP_KEY,
    STORAGE_DIR: join(dataDir, "files"),
    // A database somebody else keeps is given demo data only when asked for.
    DEMO: databaseUrl ? "1" : undefined,
    NODE_ENV: "development",
    // An inbox of our own needs no time to get to know us.
    ...(inbox ? { NOTICES_PER_DOMAIN: "1000", NOTICES_WARM_UP: "0" } : {}),
    PUBLIC_URL: `http://localhost:${port}`,
    ...Object.fromEntries(Object.entries(env).filter(([name, value]) => value && (settingNames.includes(name) || name.startsWith("MAIL_")))),
    PORT: String(port),
    ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
    ...(inbox ? { SMTP_URL: inbox.smtpUrl, INBOX_URL: inbox.inboxUrl } : {}),
  };
  return Object.fromEntries(Object.entries(settings).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

const settingNames = [
  "NODE_ENV", "HOST", "PUBLIC_URL", "TRUST_PROXY", "DATABASE_URL", "DATABASE_POOL", "REDIS_URL", "SMTP_URL", "INBOX_URL",
  "NOTICES_PER_DOMAIN", "NOTICES_WARM_UP", "FIELD_KEYS", "LOOKUP_KEY", "STORAGE_DIR", "S3_BUCKET", "S3_ENDPOINT", "S3_REGION", "S3_PATH_STYLE", "S3_PREFIX", "S3_ACCESS_KEY_ID",
  "S3_SECRET_ACCESS_KEY", "CLAMD", "WEBHOOK_LOOPBACK", "TEST_CLOCK", "DEMO", "LOG_LEVEL",
];

/** @param {string} root */
async function demoPeople(root) {
  const { demoPeople: people, demoPassword: password } = await import(pathToFileURL(join(root, "prisma/demo-people.mjs")).href);
  return people.map((/** @type {{ email: string, role: string }} */ person) => ({ ...person, password }));
}

/** An address that a server listening on `host` answers at. @param {string | undefined} host */
const reachable = (host) => (!host || host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host);

/** @param {Stack} stack @param {string} url @param {AbortSignal} [signal] */
async function untilReady(stack, url, signal) {
  const giveUpAt = Date.now() + 120_000;
  let last = "no answer";
  for (;;) {
    signal?.throwIfAborted();
    for (const service of stack.services.values()) {
      const failure = service.failure();
      if (failure) throw new Plain(`The ${service.name} process did not start:\n${failure}`);
    }
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
      if (response.ok) return;
      last = `${response.status} ${await response.text()}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (Date.now() > giveUpAt) throw new Plain(`${url} is not ready after two minutes (${last}); the logs are in ${join(stack.dataDir, "logs")}.`);
    await wait(100);
  }
}
