import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

/** A bare smtp-server that takes everything and keeps nothing. @returns its port */
export async function startDrain(): Promise<number> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    logger: false,
    onData(stream, _session, done) {
      stream.on("end", () => done(null, "2.0.0 queued"));
      stream.resume();
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
  return (server.server.address() as AddressInfo).port;
}
