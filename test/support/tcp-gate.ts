import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A line to a server that a test can cut, or let go silent: bytes are taken and not passed on. */
export interface TcpGate {
  port: number;
  cut(): void;
  silence(): void;
  /** New connections pass again; those that were silenced are ended. */
  open(): void;
  close(): Promise<void>;
}

/** @param watch hears after each piece how many bytes went there and came back in all */
export async function tcpGate(to: { host: string; port: number }, watch?: (passed: { there: number; back: number }) => void): Promise<TcpGate> {
  const passed = { there: 0, back: 0 };
  let state: "open" | "cut" | "silent" = "open";
  const sockets = new Set<Socket>();
  const endAll = () => sockets.forEach((socket) => socket.destroy());
  const server = createServer((near) => {
    sockets.add(near);
    near.on("close", () => sockets.delete(near)).on("error", () => near.destroy());
    if (state === "cut") return void near.destroy();
    if (state === "silent") return;
    const far = connect(to);
    sockets.add(far);
    far.on("close", () => (sockets.delete(far), near.destroy())).on("error", () => near.destroy());
    near.on("close", () => far.destroy());
    const pass = (way: "there" | "back", end: Socket) => (bytes: Buffer) => {
      if (state !== "open") return;
      end.write(bytes);
      passed[way] += bytes.length;
      watch?.(passed);
    };
    near.on("data", pass("there", far));
    far.on("data", pass("back", near));
  });
  await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      state = "cut";
      endAll();
    },
    silence: () => void (state = "silent"),
    open: () => {
      if (state !== "open") endAll();
      state = "open";
    },
    close: () => {
      endAll();
      return new Promise((settle) => server.close(() => settle()));
    },
  };
}
