import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";

const program = `import { startObjectStore } from ${JSON.stringify(join(import.meta.dirname, "../support/object-store.ts"))};
console.log((await startObjectStore()).port);`;

const answers = (port: number): Promise<boolean> =>
  new Promise((settle) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => (socket.destroy(), settle(true))).on("error", () => settle(false));
  });

test("the tests' object store ends with whoever started it, killed or not", async () => {
  const folder = await mkdtemp(join(tmpdir(), "console-starter-"));
  const starter = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], { env: { ...process.env, TMPDIR: folder }, stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [port] = (await once(createInterface(starter.stdout), "line")) as [string];
    expect(await answers(Number(port))).toBe(true);
    starter.kill("SIGKILL");
    await expect.poll(() => answers(Number(port))).toBe(false);
  } finally {
    starter.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
