import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { Busboy, type BusboyFileStream, type BusboyInstance } from "@fastify/busboy";
import { sanitiseFileName } from "../text";
import { uploadLimits, type RefusedFile } from "./limits";

/** A file as it came in, on disk until `dispose`; nothing about it has been checked but its size. */
export interface ReceivedFile {
  /** As the sender called it, sanitised. */
  name: string;
  /** The media type the sender claims. */
  claimed: string;
  path: string;
  size: number;
}

export interface ReceivedForm {
  /** The text fields. Their values are as sent: parse them with the sanitising schemas of `text.ts`. */
  fields: FormData;
  files: ReceivedFile[];
  /** Files too large or too many; the rest of the form was still read. */
  refused: RefusedFile[];
  /** Removes the received files from disk. */
  dispose(): Promise<void>;
}

/**
 * Reads a form of any encoding as a stream. A file over its limit is thrown away as it arrives and named in
 * `refused`, so that the form can come back with what was typed; only a body over the total limit is cut off.
 *
 * @throws a 4xx Response when the body is no form, is malformed, or is too large altogether
 */
export async function receiveForm(request: Request): Promise<ReceivedForm> {
  const type = request.headers.get("Content-Type") ?? "";
  if (Number(request.headers.get("Content-Length") ?? 0) > uploadLimits.bodyBytes) throw refusal(413);
  if (!request.body || !/^(multipart\/form-data|application\/x-www-form-urlencoded)\b/i.test(type)) throw refusal(415);
  const folder = await mkdtemp(join(tmpdir(), "upload-"));
  const dispose = () => rm(folder, { recursive: true, force: true });
  try {
    const reader = new FormReader(type, folder);
    await pipeline(Readable.fromWeb(request.body as ReadableStream), limitedTo(uploadLimits.bodyBytes), reader.parser);
    await reader.settled();
    return { fields: reader.fields, files: reader.files, refused: reader.refused, dispose };
  } catch (error) {
    await dispose();
    if (error instanceof Response) throw error;
    if (error instanceof TooLarge) throw refusal(413);
    if (isSystemError(error)) throw error;
    throw refusal(400);
  }
}

class FormReader {
  readonly fields = new FormData();
  readonly files: ReceivedFile[] = [];
  readonly refused: RefusedFile[] = [];
  readonly parser: BusboyInstance;
  private readonly writing: Promise<void>[] = [];
  private readonly kept: { nth: number; file: ReceivedFile }[] = [];
  private seen = 0;

  constructor(contentType: string, private readonly folder: string) {
    this.parser = new Busboy({
      headers: { "content-type": contentType },
      // Without it a file called `..` arrives nameless, as if no file had been chosen. Paths are cut off by `sanitiseFileName`.
      preservePath: true,
      limits: {
        fields: uploadLimits.fields,
        fieldSize: uploadLimits.fieldBytes,
        fieldNameSize: 200,
        fileSize: uploadLimits.fileBytes + 1,
        files: uploadLimits.files * 5,
        parts: uploadLimits.fields + uploadLimits.files * 5,
        headerPairs: 40,
        headerSize: 16 * 1024,
      },
    });
    this.parser.on("field", (name: string, value: string, nameCut: boolean) => {
      if (!nameCut) this.fields.append(name, value);
    });
    this.parser.on("file", (_field: string, stream: BusboyFileStream, name: string | undefined, _encoding: string, claimed: string) => {
      const taken = this.take(stream, name, claimed);
      taken.catch(() => undefined);
      this.writing.push(taken);
    });
  }

  async settled(): Promise<void> {
    await Promise.all(this.writing);
    // Files are written side by side; the form keeps the order in which they were chosen.
    this.files.push(...this.kept.sort((a, b) => a.nth - b.nth).map(({ file }) => file));
  }

  private async take(stream: BusboyFileStream, rawName: string | undefined, claimed: string): Promise<void> {
    if (!rawName) return drain(stream);
    const name = sanitiseFileName(rawName);
    const nth = (this.seen += 1);
    if (nth > uploadLimits.files) {
      this.refused.push({ name, fault: "too_many" });
      return drain(stream);
    }
    const file: ReceivedFile = { name, claimed: claimed.toLowerCase().split(";")[0]!.trim(), path: join(this.folder, String(nth)), size: 0 };
    await pipeline(stream, counting(file), createWriteStream(file.path, { mode: 0o600 }));
    if (file.size > uploadLimits.fileBytes) this.refused.push({ name, fault: "too_large" });
    else if (file.size === 0) this.refused.push({ name, fault: "empty" });
    else this.kept.push({ nth, file });
  }
}

async function drain(stream: BusboyFileStream): Promise<void> {
  stream.resume();
  await finished(stream);
}

const counting = (file: ReceivedFile) =>
  new Transform({
    transform(chunk: Buffer, _encoding, done) {
      file.size += chunk.length;
      done(null, chunk);
    },
  });

class TooLarge extends Error {}

function limitedTo(bytes: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > bytes) done(new TooLarge());
      else done(null, chunk);
    },
  });
}

/** A full disk is our trouble, not a bad request. */
const isSystemError = (error: unknown): boolean => error instanceof Error && "syscall" in error;

const refusal = (status: 400 | 413 | 415): Response => Response.json({ reason: "bad_form" }, { status });
