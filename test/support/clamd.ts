import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "~/infra/embedded/ports.mjs";
import { listens } from "./listens";

export interface TestClamd {
  /** For `CLAMD`, by TCP and by its socket file. */
  tcp: string;
  unix: string;
  port: number;
  close(): Promise<void>;
}

/** What every scanner finds and nothing is hurt by, in pieces, so that none finds it here. */
export const eicar = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-", "TEST-FILE!$H+H*"].join("");

const streamMaxBytes = 4 * 1024 * 1024;

/** A real clamd on a free port of loopback that knows one signature and takes four megabytes. */
export async function startClamd(): Promise<TestClamd> {
  const dir = await mkdtemp(join(tmpdir(), "console-clamd-"));
  await chmod(dir, 0o755);
  const port = await freePort();
  const socket = join(dir, "clamd.sock");
  await writeFile(join(dir, "test.ndb"), `Eicar-Test-Signature:0:*:${Buffer.from(eicar.slice(0, 60)).toString("hex")}\n`);
  await writeFile(
    join(dir, "clamd.conf"),
    ["Foreground yes", `DatabaseDirectory ${dir}`, `LocalSocket ${socket}`, `TCPSocket ${port}`, "TCPAddr 127.0.0.1", `TemporaryDirectory ${dir}`, `StreamMaxLength ${streamMaxBytes}`, "MaxThreads 2", "SelfCheck 0", "LogVerbose no", ""].join("\n"),
  );
  const child = spawn("/usr/sbin/clamd", ["-c", join(dir, "clamd.conf")], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (said = `${said}${text.toString()}`.slice(-2_000)));
  const failed = Promise.race([once(child, "error"), once(child, "exit")]).then(() => {
    throw new Error(`clamd cannot be started: install clamav-daemon\n${said}`);
  });
  failed.catch(() => undefined);
  await Promise.race([failed, listens(port, "clamd")]);
  return {
    port,
    tcp: `tcp://127.0.0.1:${port}`,
    unix: `unix:${socket}`,
    async close() {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, "exit");
        child.kill("SIGKILL");
        await exited;
      }
      await rm(dir, { recursive: true, force: true });
    },
  };
}
