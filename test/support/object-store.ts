import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import type { S3Settings } from "~/infra/storage-settings";
import { freePort } from "~/infra/embedded/ports.mjs";

export interface TestObjectStore {
  port: number;
  settings: S3Settings;
  /** For `loadConfig`. */
  env: Record<string, string>;
  /** A client of the test's own, beside the product. */
  client: S3Client;
  kill(): Promise<void>;
  /** Starts it again on what it had stored. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const credentials = { accessKeyId: "console:vault", secretAccessKey: "secret" };

/** OpenStack Swift with its S3 interface on a free port of loopback, with one empty bucket. */
export async function startObjectStore(how: "conditional" | "plain" = "conditional"): Promise<TestObjectStore> {
  const folder = await mkdtemp(join(tmpdir(), "console-objects-"));
  const port = await freePort();
  const settingsAt = { bucket: "evidence", endpoint: `http://127.0.0.1:${port}`, region: "us-east-1", pathStyle: true, prefix: "console/", credentials };
  let server = await run(folder, port, how);
  const client = new S3Client({ endpoint: settingsAt.endpoint, region: settingsAt.region, forcePathStyle: true, credentials, requestChecksumCalculation: "WHEN_REQUIRED", responseChecksumValidation: "WHEN_REQUIRED" });
  await client.send(new CreateBucketCommand({ Bucket: settingsAt.bucket }));
  const kill = async () => {
    const exited = once(server, "exit");
    if (server.exitCode !== null || server.signalCode !== null || !server.kill("SIGKILL")) return;
    await exited;
  };
  return {
    port,
    settings: settingsAt,
    env: { S3_BUCKET: settingsAt.bucket, S3_ENDPOINT: settingsAt.endpoint, S3_PATH_STYLE: "1", S3_PREFIX: "console", S3_ACCESS_KEY_ID: credentials.accessKeyId, S3_SECRET_ACCESS_KEY: credentials.secretAccessKey },
    client,
    kill,
    restart: async () => void (server = await run(folder, port, how)),
    async close() {
      client.destroy();
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function run(folder: string, port: number, how: string) {
  // Debian's own Python: Swift is among its packages.
  const child = spawn("/usr/bin/python3", [join(import.meta.dirname, "object-store.py"), folder, String(port), how], { stdio: "pipe" });
  let said = "";
  child.stderr.on("data", (text: Buffer) => (said = `${said}${text.toString()}`.slice(-2_000)));
  const ready = new Promise<void>((settle, fail) => {
    createInterface(child.stdout).on("line", (line) => line === "ready" && settle());
    child.on("error", fail).on("exit", () => fail(new Error(`the object store did not start: install swift-proxy, swift-account, swift-container and swift-object\n${said}`)));
  });
  await ready;
  return child;
}
