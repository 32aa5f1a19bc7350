import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openDb } from "~/infra/db.server";
import { applyMigrations } from "~/infra/migrations.server";

const [authenticationOk, readyForQuery] = [Buffer.from("520000000800000000", "hex"), Buffer.from("5a0000000549", "hex")];

/** Lets everybody in, and is gone at the first statement, as a server that is killed while a process starts. */
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((socket) => {
    socket.once("data", () => {
      socket.write(Buffer.concat([authenticationOk, readyForQuery]));
      socket.once("data", () => socket.destroy());
    });
    socket.on("error", () => undefined);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  url = `postgresql://console@127.0.0.1:${(server.address() as AddressInfo).port}/console`;
});
afterAll(() => server.close());

test.each([
  ["opening the database", () => openDb(url)],
  ["applying the migrations", () => applyMigrations(url)],
])("a server that goes away while %s fails it, and ends no process", async (_what, work) => {
  const uncaught = vi.fn();
  process.on("uncaughtException", uncaught);
  try {
    await expect(work()).rejects.toThrow();
    await new Promise((settle) => setImmediate(settle));
    expect(uncaught).not.toHaveBeenCalled();
  } finally {
    process.off("uncaughtException", uncaught);
  }
});
