import { DatabaseError, type Connection, type Pool, type Submittable } from "pg";

const copyData = 0x64;
/** `CopyDone`, without which a COPY reads on. */
const copyDone = Buffer.from([0x63, 0, 0, 0, 4]);

/** The head of `CopyData`; the body follows in a piece of its own, so that it is not copied. */
function headOf(body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head[0] = copyData;
  head.writeInt32BE(body.length + 4, 1);
  return head;
}

/** One exchange of the simple protocol (the driver calls `submit` and hands on what the server says). */
class CopyIn implements Submittable {
  #error: unknown = null;
  /** The answer and, once there is something to send, its end: only after both may the bodies be written over. */
  #missing = 1;

  constructor(
    private readonly text: string,
    private readonly bodies: readonly Buffer[],
    private readonly done: (error: unknown) => void,
  ) {}

  /** What a server that has failed already is still sent it reads over, as the protocol has it. */
  submit(connection: Connection): void {
    const { stream } = connection;
    this.#missing += 1;
    stream.cork();
    connection.query(this.text);
    for (const body of this.bodies) {
      stream.write(headOf(body));
      stream.write(body);
      stream.write(copyDone, body === this.bodies.at(-1) ? () => this.#part() : undefined);
    }
    stream.uncork();
  }

  #part(): void {
    this.#missing -= 1;
    if (this.#missing === 0) this.done(this.#error);
  }

  handleError(error: unknown): void {
    this.#error = error;
    this.#part();
  }

  handleReadyForQuery(): void {
    this.#part();
  }

  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleCommandComplete(): void {}
  handleCopyInResponse(): void {}
}

/** Whether the connection went with the error: what the server says without ending the session it goes on after. */
const isLost = (error: unknown): boolean => !(error instanceof DatabaseError) || error.severity !== "ERROR";

/**
 * Runs statements as one transaction, all of it in one round trip: each COPY … FROM STDIN among them reads the next of the bodies. Where
 * one fails nothing is written. The driver has no door for COPY.
 *
 * @param text nothing in it comes from outside; the simple protocol has no parameters
 * @throws what the database says
 */
export async function copyIn(pool: Pool, text: string, bodies: readonly Buffer[]): Promise<void> {
  const client = await pool.connect();
  const error = await new Promise<unknown>((done) => client.query(new CopyIn(text, bodies, done)));
  client.release(error !== null && isLost(error));
  if (error !== null) throw error;
}
