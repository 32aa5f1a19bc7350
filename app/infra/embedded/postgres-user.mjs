import { spawnSync } from "node:child_process";
import { chownSync, mkdirSync } from "node:fs";
import { Plain } from "./plain.mjs";

/**
 * How to run PostgreSQL's programs here: PostgreSQL refuses to run as root, so root lends them to the system user
 * `postgres`, made when missing.
 *
 * @typedef {{ command: (program: string, args: string[]) => [string, string[]], identity: { uid?: number, gid?: number } }} Runner
 * @param {string} program one of the programs, to see whether that user can reach it
 * @param {string} dir the data directory; made, and given to that user
 * @returns {Runner}
 */
export function postgresRunner(program, dir) {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  /** @type {Runner} */
  const direct = { command: (file, args) => [file, args], identity: {} };
  if (process.getuid?.() !== 0) return direct;

  const identity = postgresUser();
  chownSync(dir, identity.uid, identity.gid);
  const reaches = (/** @type {string} */ file, /** @type {string[]} */ args) => spawnSync(file, args, { ...identity, stdio: "ignore" }).status === 0;
  if (reaches(program, ["--version"]) && reaches("test", ["-w", dir])) return { ...direct, identity };

  // A home directory such as /root is closed to other users. setpriv lends the right to pass through it and no more;
  // the secure bit makes it count for access(2) too, by which initdb looks for its neighbour programs.
  const lend = ["--reuid", String(identity.uid), "--regid", String(identity.gid), "--clear-groups", "--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override", "--securebits=+no_setuid_fixup", "--"];
  if (spawnSync("setpriv", [...lend, program, "--version"], { stdio: "ignore" }).status === 0) {
    return { command: (file, args) => ["setpriv", [...lend, file, ...args]], identity: {} };
  }
  throw new Plain(`PostgreSQL may not run as root, and the user it runs as cannot enter ${dir}: put the project where other users may enter (for example /opt), run as another user, or set DATABASE_URL.`);
}

/** @returns {{ uid: number, gid: number }} */
function postgresUser() {
  const known = idsOf("postgres");
  if (known) return known;
  spawnSync("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", "postgres"], { stdio: "ignore" });
  const made = idsOf("postgres") ?? idsOf("nobody");
  if (!made) throw new Plain("PostgreSQL may not run as root, and the user it needs could not be made: run as another user, or set DATABASE_URL.");
  return made;
}

/** @param {string} name */
function idsOf(name) {
  const [uid, gid] = ["-u", "-g"].map((which) => {
    const asked = spawnSync("id", [which, name], { encoding: "utf8" });
    return asked.status === 0 ? Number(asked.stdout) : Number.NaN;
  });
  return Number.isInteger(uid) && Number.isInteger(gid) ? { uid: Number(uid), gid: Number(gid) } : null;
}
