import { setTimeout as sleep } from "node:timers/promises";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand, CopyObjectCommand, DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command, PutObjectCommand, S3Client,
  type GetObjectCommandOutput, type ListMultipartUploadsCommandOutput, type S3ServiceException,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import type { KeyRing } from "./key-ring.server";
import { contentMd5, spoolSealed, type SealedSpool } from "./sealed-spool.server";
import { keyIdOf, openStream } from "./sealed-stream.server";
import { StandingFileDiffers, verified, type FileStore, type StoredFile } from "./storage.server";
import type { S3Settings } from "./storage-settings";

export interface ObjectStoreOptions {
  settings: S3Settings;
  ring: KeyRing;
  /** Milliseconds until a line that brings nothing is given up, and how often it is tried. */
  patience?: { connect: number; silence: number; attempts: number };
}

/** More than this goes in parts of this size, two at a time: what an upload holds in memory. */
export const partBytes = 8 * 1024 * 1024;
/** Uploads under way at once in one process. */
const uploadsAtOnce = 8;
const usualPatience = { connect: 5_000, silence: 30_000, attempts: 4 };
/** A file that was put again is made young again, unless it is so already. */
const youngMilliseconds = 60 * 60 * 1_000;

/**
 * Files in a store that speaks S3. What leaves the process is sealed. An object is put only where none stands (`If-None-Match`);
 * one that stands is proven to be the same content before the put counts. Stores that do not know the condition are
 * looked into first, which leaves a moment in which two that put the same content may both write it.
 */
export function createObjectStore({ settings, ring, patience = usualPatience }: ObjectStoreOptions): FileStore {
  const { bucket: Bucket, prefix } = settings;
  const client = new S3Client({
    region: settings.region,
    ...(settings.endpoint ? { endpoint: settings.endpoint } : {}),
    forcePathStyle: settings.pathStyle,
    ...(settings.credentials ? { credentials: settings.credentials } : {}),
    maxAttempts: patience.attempts,
    requestHandler: { connectionTimeout: patience.connect, socketTimeout: patience.silence, requestTimeout: patience.silence * 2, throwOnRequestTimeout: true },
    // Checked by Content-MD5 on the way there and by SHA-256 on the way back; other stores know no other sums.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  const enter = places(uploadsAtOnce);
  let knowsCondition = true;

  const at = (key: string) => {
    if (!/^[0-9a-f]{64}$/.test(key)) throw new Error("not the key of a stored file");
    return { Bucket, Key: `${prefix}${key}` };
  };

  const lookAt = async (key: string) => client.send(new HeadObjectCommand(at(key))).catch(answered(404, null));
  const has = async (key: string) => (await lookAt(key)) !== null;

  /** Goes on where a line broke, with the same object. */
  async function* sealedBytes(key: string): AsyncGenerator<Uint8Array> {
    let [from, tag, tries]: [number, string | undefined, number] = [0, undefined, 0];
    for (;;) {
      const got: GetObjectCommandOutput = await client.send(new GetObjectCommand({ ...at(key), ...(from > 0 ? { Range: `bytes=${from}-`, IfMatch: tag } : {}) }));
      tag ??= got.ETag;
      const body = got.Body as Readable;
      try {
        for await (const chunk of body as AsyncIterable<Uint8Array>) {
          from += chunk.byteLength;
          tries = 0;
          yield chunk;
        }
        return;
      } catch (error) {
        tries += 1;
        if (tries >= patience.attempts) throw error;
      } finally {
        body.destroy();
      }
    }
  }

  const read = (key: string): Readable => {
    at(key);
    return Readable.from(verified(openStream(ring, sealedBytes(key)), key), { objectMode: false });
  };

  const send = async (spool: SealedSpool, condition: { IfNoneMatch?: "*" }) => {
    const where = { ...at(spool.sha256), ...condition, ContentType: "application/octet-stream" };
    const leave = await enter();
    try {
      if (spool.sealedSize > partBytes) return void (await new Upload({ client, params: { ...where, Body: spool.stream() }, partSize: partBytes, queueSize: 2 }).done());
      const Body = await spool.whole();
      await client.send(new PutObjectCommand({ ...where, Body, ContentLength: Body.length, ContentMD5: contentMd5(Body) }));
    } finally {
      leave();
    }
  };

  /** @returns whether nothing stood there */
  const sendOnce = async (spool: SealedSpool): Promise<boolean> => {
    if (!knowsCondition && (await has(spool.sha256))) return false;
    try {
      await send(spool, knowsCondition ? { IfNoneMatch: "*" } : {});
      return true;
    } catch (error) {
      const status = statusOf(error);
      if (status === 412) return false;
      if (status !== 501 || !knowsCondition) throw error;
      knowsCondition = false;
      return sendOnce(spool);
    }
  };

  /** @returns whether it stands there still, proven and young */
  const confirm = async (key: string): Promise<boolean> => {
    const standing = await lookAt(key);
    if (!standing) return false;
    try {
      for await (const chunk of read(key)) void chunk;
    } catch (error) {
      if (statusOf(error) === 404) return false;
      if (isOfTheLine(error)) throw error;
      throw new StandingFileDiffers(key, error);
    }
    if (Date.now() - (standing.LastModified?.getTime() ?? 0) < youngMilliseconds) return true;
    return client.send(new CopyObjectCommand({ ...at(key), CopySource: `${Bucket}/${prefix}${key}`, MetadataDirective: "REPLACE", ContentType: "application/octet-stream" })).then(() => true, answered(404, false));
  };

  const put = async (content: Uint8Array | AsyncIterable<Uint8Array>): Promise<StoredFile> => {
    const spool = await spoolSealed(ring, content instanceof Uint8Array ? Readable.from([content]) : content);
    const { sha256, size } = spool;
    try {
      for (let tries = 1; ; tries += 1) {
        try {
          // One that was swept between the two is put anew.
          if ((await sendOnce(spool)) || (await confirm(sha256))) return { sha256, size, key: sha256 };
        } catch (error) {
          if (statusOf(error) !== 409 || tries >= patience.attempts) throw error;
        }
        if (tries >= patience.attempts) throw new Error("a file came and went while it was put");
        await sleep(50 * tries);
      }
    } finally {
      await spool.dispose();
    }
  };

  async function* untouchedSince(instant: Date): AsyncGenerator<string> {
    await abortUploads(instant);
    let ContinuationToken: string | undefined;
    do {
      const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix: prefix, ContinuationToken }));
      for (const { Key, LastModified } of page.Contents ?? []) {
        const key = Key?.slice(prefix.length) ?? "";
        if (/^[0-9a-f]{64}$/.test(key) && LastModified && LastModified < instant) yield key;
      }
      ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (ContinuationToken);
  }

  /** Parts of uploads that a crash left take room and are seen nowhere else. */
  const abortUploads = async (instant: Date) => {
    let [KeyMarker, UploadIdMarker]: (string | undefined)[] = [];
    do {
      const page: ListMultipartUploadsCommandOutput | null = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: prefix, KeyMarker, UploadIdMarker })).catch(answered(501, null));
      for (const { Key, UploadId, Initiated } of page?.Uploads ?? []) {
        if (Initiated && Initiated < instant) await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(answered(404, null));
      }
      [KeyMarker, UploadIdMarker] = page?.IsTruncated ? [page.NextKeyMarker, page.NextUploadIdMarker] : [];
    } while (KeyMarker);
  };

  const needsReseal = async (key: string): Promise<boolean> => {
    const { Body } = await client.send(new GetObjectCommand({ ...at(key), Range: "bytes=0-511" }));
    return (await keyIdOf(Body as Readable)) !== ring.keys[0].id;
  };

  return {
    put,
    read,
    has,
    async remove(key, instant) {
      const standing = instant ? await lookAt(key) : null;
      if (instant && !(standing?.LastModified && standing.LastModified < instant)) return;
      await client.send(new DeleteObjectCommand(at(key)));
    },
    untouchedSince,
    needsReseal,
    async reseal(key) {
      if (!(await needsReseal(key))) return;
      const spool = await spoolSealed(ring, read(key));
      await send(spool, {}).finally(() => spool.dispose());
    },
    async close() {
      client.destroy();
    },
  };
}

const statusOf = (error: unknown): number | undefined => (error as Partial<S3ServiceException>).$metadata?.httpStatusCode;

/** Whether the store, or the way to it, failed, rather than what it holds. */
const isOfTheLine = (error: unknown): boolean => 
  statusOf(error) !== undefined || /^(?:ECONN|EPIPE|ETIMEDOUT|EAI_|ENOTFOUND|EHOST|ENET)/.test((error as NodeJS.ErrnoException).code ?? "") || ["TimeoutError", "AbortError"].includes((error as Error).name);

function answered<Instead>(status: number, instead: Instead) {
  return (error: unknown): Instead => {
    if (statusOf(error) === status) return instead;
    throw error;
  };
}

/** @returns how to enter; entering gives how to leave */
function places(free: number): () => Promise<() => void> {
  const waiting: (() => void)[] = [];
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((go) => waiting.push(go));
    return leave;
  };
}
