import { createServer } from "node:net";

/**
 * @param {number} port 0 asks for any
 * @param {string} [host]
 * @returns {Promise<number | null>} the port, or null when somebody else listens there
 */
export function probePort(port, host = "127.0.0.1") {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(null));
    probe.listen({ port, host, exclusive: true }, () => {
      const address = probe.address();
      probe.close(() => resolve(address && typeof address === "object" ? address.port : null));
    });
  });
}

/**
 * @param {number} [wanted] tried first
 * @returns {Promise<number>} a port nobody listens on right now
 */
export async function freePort(wanted = 0) {
  const port = (wanted > 0 ? await probePort(wanted) : null) ?? (await probePort(0));
  if (!port) throw new Error("the system gave no free port");
  return port;
}
