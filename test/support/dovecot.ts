import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { freePort } from "~/infra/embedded/ports.mjs";
import { listens } from "./listens";

export interface TestMailbox {
  port: number;
  /** Puts a message into the mailbox's folder, as its mail server would. */
  deliver(message: string | Buffer): Promise<void>;
  /** Numbers all messages anew. */
  renumber(): Promise<void>;
  close(): Promise<void>;
}

const nobody = 65_534;

/** A real Dovecot on a free port of loopback with one mailbox: abuse, its password "secret". It runs as whoever runs the tests. */
export async function startDovecot(): Promise<TestMailbox> {
  const dir = await mkdtemp(join(tmpdir(), "console-dovecot-"));
  const { username, uid } = userInfo();
  // Dovecot hands no mailbox to root.
  const owner = uid === 0 ? nobody : uid;
  const maildir = join(dir, "mail");
  for (const folder of ["", "new", "cur", "tmp"]) await mkdir(join(maildir, folder), { recursive: true });
  for (const folder of ["", "new", "cur", "tmp"]) if (uid === 0) await chown(join(maildir, folder), owner, owner);
  await chmod(dir, 0o755);
  const port = await freePort();
  const internal = uid === 0 ? "" : `default_internal_user = ${username}\ndefault_login_user = ${username}\n`;
  await writeFile(
    join(dir, "dovecot.conf"),
    `protocols = imap
base_dir = ${dir}/run
state_dir = ${dir}/state
log_path = ${dir}/log
ssl = no
disable_plaintext_auth = no
mailbox_idle_check_interval = 1 secs
listen = 127.0.0.1
mail_location = maildir:${maildir}
first_valid_uid = 1
${internal}service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=${owner} gid=${uid === 0 ? owner : process.getgid!()} home=${maildir}
}
`,
  );
  const child = spawn("/usr/sbin/dovecot", ["-F", "-c", join(dir, "dovecot.conf")], { stdio: "ignore" });
  const failed = once(child, "error").then(([error]) => {
    throw new Error("dovecot cannot be started: install dovecot-imapd", { cause: error });
  });
  await Promise.race([failed, listens(port, "dovecot")]);
  let delivered = 0;
  return {
    port,
    async deliver(message) {
      delivered += 1;
      const file = join(maildir, "new", `${1_700_000_000 + delivered}.${delivered}.test`);
      await writeFile(file, message);
      if (uid === 0) await chown(file, owner, owner);
    },
    async renumber() {
      for (const name of ["dovecot-uidlist", "dovecot-uidvalidity", "dovecot.index.log", "dovecot.index", "dovecot.index.cache"]) await rm(join(maildir, name), { force: true });
    },
    async close() {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
      await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}
