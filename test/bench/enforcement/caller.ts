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
    let lost: (error: Error) => void = fail;
    const ask = (request: string): Promise<string> => new Promise((answer, hungUp) => ((done = answer), (lost = hungUp), socket.write(request)));
    const socket: Socket = connect(port, "127.0.0.1", () => settle({ ask, end: () => socket.destroy() }));
    socket.setNoDelay(true).setEncoding("latin1").on("error", (error) => lost(error)).on("close", () => lost(new Error("the server hung up")));
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

export interface Crowd {
  /** Sends so many requests over all connections at once, taken in turn. @returns the milliseconds it took */
  send(count: number): Promise<number>;
  end(): void;
}

export async function crowd(port: number, requests: readonly string[], connections: number): Promise<Crowd> {
  const callers = await Promise.all(Array.from({ length: connections }, () => caller(port)));
  let next = 0;
  return {
    async send(count) {
      let left = count;
      const startedAt = performance.now();
      await Promise.all(
        callers.map(async ({ ask }) => {
          while (left-- > 0) await ask(requests[next++ % requests.length]!);
        }),
      );
      return performance.now() - startedAt;
    },
    end: () => callers.forEach(({ end }) => end()),
  };
}
