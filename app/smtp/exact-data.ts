import type { SMTPStream } from "smtp-server/lib/smtp-stream.js";

type Parser = Pick<SMTPStream, "_feedDataStream" | "_countDataBytes" | "_endDataMode" | "_dataStream">;
type DataStream = NonNullable<Parser["_dataStream"]>;

interface Place {
  /** Whether what comes next is the first of a line, which only CR LF begins. */
  lineBegins: boolean;
  /** Bytes of which it cannot be told yet what they are. */
  held: Buffer;
}

const [cr, lf, dot] = [0x0d, 0x0a, 0x2e];
const none = Buffer.alloc(0);
const lineEnd = Buffer.from("\r\n");

/**
 * Has a connection's parser take a dot away only where a sender has put one: before a dot that follows CR LF (RFC 5321, 4.5.2). The
 * library's own way does so behind a bare LF as well, and what is stored would not be what was sent.
 */
export function readDataExactly(parser: Parser): void {
  const places = new WeakMap<DataStream, Place>();
  parser._feedDataStream = function feed(this: Parser, chunk: Buffer, done: (error?: Error | null) => void): void {
    const stream = this._dataStream!;
    const place = places.get(stream) ?? { lineBegins: true, held: none };
    places.set(stream, place);
    const { kept, rest } = read(place, place.held.length > 0 ? Buffer.concat([place.held, chunk]) : chunk);
    this._countDataBytes(kept.length);
    if (rest) return this._endDataMode(kept.length > 0 ? kept : false, rest, done);
    if (kept.length === 0 || !stream.writable || stream.write(kept) || stream.destroyed) return done();
    const goOn = (): void => {
      stream.removeListener("drain", goOn).removeListener("close", goOn);
      done();
    };
    stream.once("drain", goOn).once("close", goOn);
  };
}

/** What of the bytes belongs to the message, and what stands behind its end; null: it goes on. */
function read(place: Place, bytes: Buffer): { kept: Buffer; rest: Buffer | null } {
  const pieces: Buffer[] = [];
  let [from, at] = [0, 0];
  const kept = (to: number): Buffer => {
    if (to > from) pieces.push(bytes.subarray(from, to));
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  };
  const wait = (heldFrom: number) => {
    const before = kept(heldFrom);
    place.held = bytes.subarray(heldFrom);
    return { kept: before, rest: null };
  };
  while (at < bytes.length) {
    if (place.lineBegins && bytes[at] === dot) {
      const [second, third] = [bytes[at + 1], bytes[at + 2]];
      if (second === undefined || (second === cr && third === undefined)) return wait(at);
      if (second === cr && third === lf) return { kept: kept(at), rest: bytes.subarray(at + 3) };
      if (second === dot) {
        kept(at);
        from = at + 1;
      }
    }
    // Behind the first sign of a line, which may be the end of it.
    place.lineBegins = false;
    const end = bytes.indexOf(lineEnd, Math.max(at, from));
    if (end < 0) return wait(bytes.at(-1) === cr ? bytes.length - 1 : bytes.length);
    at = end + 2;
    place.lineBegins = true;
  }
  return wait(bytes.length);
}
