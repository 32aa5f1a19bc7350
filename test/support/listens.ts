import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const withinMs = 60_000;

/** Waits until somebody listens on a port of loopback. */
export async function listens(port: number, who: string): Promise<void> {
  for (const giveUpAt = Date.now() + withinMs; Date.now() < giveUpAt; await sleep(25)) {
    const up = await new Promise<boolean>((resolve) => {
      const probe = connect(port, "127.0.0.1", () => (probe.destroy(), resolve(true)));
      probe.on("error", () => resolve(false));
    });
    if (up) return;
  }
  throw new Error(`${who} did not listen within a minute`);
}
