import { connect, type Socket } from "node:net";

export interface Caller {
  ask(request: string): Promise<string>;
  end(): void;
}

/** A keep-alive connection that writes a prepared request and waits for the whole answer, at next to no cost of its own. */
export function caller(port: number): Promise<Caller> {
  return new Promise((settle, fail) => {
    let got = "";
    let done: ((answer: string) => void) | null = null;
    const ask = (request: string): Promise<string> => new Promise((answer) => ((done = answer), socket.write(request)));
    const socket: Socket = connect(port, "127.0.0.1", () => settle({ ask, end: () => socket.destroy() }));
    socket.setNoDelay(true).setEncoding("latin1").on("error", fail);
    socket.on("data", (text: string) => {
      got += text;
      const head = got.indexOf("\r\n\r\n");
      const length = head < 0 ? null : /content-length: (\d+)/i.exec(got);
      if (!length || got.length < head + 4 + Number(length[1])) return;
      const answer = got;
      got = "";
      done?.(answer);
    });
  });
}

export const bodyOf = (answer: string): string => answer.slice(answer.indexOf("\r\n\r\n") + 4);

/** Requests a second over so many connections at once, the requests taken in turn. */
export async function throughput(port: number, requests: readonly string[], { connections, count }: { connections: number; count: number }): Promise<number> {
  const callers = await Promise.all(Array.from({ length: connections }, () => caller(port)));
  let sent = 0;
  const startedAt = performance.now();
  await Promise.all(
    callers.map(async ({ ask }) => {
      while (sent < count) await ask(requests[sent++ % requests.length]!);
    }),
  );
  const perSecond = (count * 1_000) / (performance.now() - startedAt);
  for (const { end } of callers) end();
  return perSecond;
}
