import type { Socket } from "node:net";

export interface Reply {
  code: number;
  /** All its lines. */
  text: string;
}

/** The server ends the connection, whatever it answers (RFC 5321 3.8). */
export const closing = 421;

export class DialogueLost extends Error {
  constructor(
    message: string,
    readonly code: string,
    /** What the server said last of its own accord, as "421 closing". */
    readonly reply?: Reply,
  ) {
    super(message);
  }
}

/** What is said on a connection that stands: bytes go out, and replies come in the order of what they answer (RFC 5321 4.2). */
export interface Dialogue {
  /**
   * @param octets each as one character, so that nothing has to be encoded on the way out
   * @param replies how many the server owes for it
   */
  say(octets: string, replies: number): void;
  /** The next ones that nobody has asked for yet; fewer, when the server closes the connection with the last of them. @throws DialogueLost */
  replies(count: number): Promise<Reply[]>;
  /** Nothing more comes: whoever waits, or asks from now on, is told why. */
  lose(error: DialogueLost): void;
  isLost(): boolean;
}

/** RFC 5321 4.5.3.1.5 allows 512 octets a line; a server that says so much more is none. */
const longestReply = 65_536;

export const octetsOf = (text: string): string => (/[^\x00-\x7f]/.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text);

/** @param onLost the server said something that ends the dialogue */
export function openDialogue(socket: Socket, onLost: (error: DialogueLost) => void): Dialogue {
  const arrived: Reply[] = [];
  let waiting: { count: number; done: (replies: Reply[]) => void; fail: (error: DialogueLost) => void } | null = null;
  let [owed, rest, lines] = [0, "", ""];
  let lost: DialogueLost | null = null;

  const lose = (error: DialogueLost): void => {
    if (lost) return;
    lost = error;
    waiting?.fail(error);
    waiting = null;
    onLost(error);
  };

  const isEnough = (count: number): boolean => arrived.length >= count || arrived.at(-1)?.code === closing;

  const answer = (): void => {
    if (!waiting || !isEnough(waiting.count)) return;
    const { done, count } = waiting;
    waiting = null;
    done(arrived.splice(0, count));
  };

  const deliver = (reply: Reply): void => {
    if (owed === 0) return lose(new DialogueLost("the mail server spoke of its own accord", "EPROTOCOL", reply));
    owed -= 1;
    arrived.push(reply);
    answer();
  };

  socket.on("data", (chunk: Buffer) => {
    if (lost) return;
    rest += chunk.toString("utf8");
    let from = 0;
    for (let end = rest.indexOf("\n"); end >= 0 && !lost; end = rest.indexOf("\n", from)) {
      const line = rest.slice(from, rest[end - 1] === "\r" ? end - 1 : end);
      from = end + 1;
      lines = lines ? `${lines}\n${line}` : line;
      if (/^\d{3}-/.test(line)) continue;
      if (!/^\d{3}(?: |$)/.test(line)) return lose(new DialogueLost("the mail server does not speak SMTP", "EPROTOCOL"));
      const text = lines;
      lines = "";
      deliver({ code: Number(line.slice(0, 3)), text });
    }
    rest = rest.slice(from);
    if (rest.length + lines.length > longestReply) lose(new DialogueLost("the mail server does not come to an end", "EPROTOCOL"));
  });

  return {
    say(octets, replies) {
      owed += replies;
      if (!lost) socket.write(octets, "latin1");
    },
    replies: (count) =>
      new Promise((done, fail) => {
        if (lost && !isEnough(count)) return fail(lost);
        waiting = { count, done, fail };
        answer();
      }),
    lose,
    isLost: () => lost !== null,
  };
}
