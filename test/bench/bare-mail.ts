import { randomUUID } from "node:crypto";
import { mkdir, open } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";

/** A bare smtp-server that writes each message to a file of its own, has it synced, and answers. @returns its port */
export async function startBareMail(folder: string): Promise<number> {
  await mkdir(folder, { recursive: true });
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    logger: false,
    onData(stream, _session, done) {
      const write = async () => {
        const file = await open(join(folder, randomUUID()), "wx");
        for await (const chunk of stream) await file.appendFile(chunk as Buffer);
        await file.sync();
        await file.close();
      };
      write().then(() => done(), done);
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.server.address() as AddressInfo).port;
}
