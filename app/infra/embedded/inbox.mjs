import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "./ports.mjs";
import { startService } from "./service.mjs";

/**
 * A mail server that keeps what it is given and shows it in the browser; mails of earlier starts are still there.
 *
 * @param {{ root: string, dataDir: string, logDir: string, webPort: number, smtpPort: number, onTrouble?: (name: string, line: string) => void, onDead?: (name: string, reason: string) => void }} options
 */
export async function startInbox({ root, dataDir, logDir, webPort, smtpPort, onTrouble, onDead }) {
  const mails = join(dataDir, "mail");
  mkdirSync(mails, { recursive: true });
  const [smtp, web] = [await freePort(smtpPort), await freePort(webPort)];
  const service = startService({
    name: "inbox",
    args: [join(root, "node_modules/maildev/dist/bin/maildev.js"), "--ip", "127.0.0.1", "--smtp", String(smtp), "--web-ip", "127.0.0.1", "--web", String(web), "--mail-directory", mails],
    cwd: dataDir,
    env: { PATH: process.env.PATH, NODE_ENV: "production" },
    logDir,
    onTrouble,
    onDead,
  });
  return { service, smtpUrl: `smtp://127.0.0.1:${smtp}`, inboxUrl: `http://localhost:${web}`, readyUrl: `http://127.0.0.1:${web}/api/healthz` };
}
