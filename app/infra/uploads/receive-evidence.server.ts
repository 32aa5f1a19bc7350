import { createReadStream } from "node:fs";
import type { Deps } from "../deps.server";
import { examineFile, type ExaminedFile } from "./examine-file.server";
import type { RefusedFile } from "./limits";
import { receiveForm, type ReceivedForm } from "./receive-form.server";

/** A file in the store, ready to be named by a row. */
export interface StoredEvidence {
  fileName: string;
  mediaType: string;
  sha256: string;
  size: number;
  rendition: { sha256: string; mediaType: string } | null;
}

export interface EvidenceForm {
  fields: FormData;
  /** Files that are what they say. */
  files: ExaminedFile[];
  /** Files that are not taken, each with its fault: tell the sender by name. */
  refused: RefusedFile[];
  dispose(): Promise<void>;
}

/**
 * A form with files, read and examined. Store the files with `storeEvidence` once the whole form is right, and call
 * `dispose` in any case.
 */
export async function receiveEvidenceForm(request: Request): Promise<EvidenceForm> {
  const received = await receiveForm(request);
  try {
    return { fields: received.fields, dispose: received.dispose, ...(await examineAll(received)) };
  } catch (error) {
    await received.dispose();
    throw error;
  }
}

async function examineAll(received: ReceivedForm): Promise<Pick<EvidenceForm, "files" | "refused">> {
  const files: ExaminedFile[] = [];
  const refused = [...received.refused];
  for (const file of received.files) {
    const examined = await examineFile(file);
    if (examined.ok) files.push(examined.file);
    else refused.push(examined.refused);
  }
  return { files, refused };
}

/** Puts originals, byte for byte, and renditions into the store. Content nobody's row names is never shown. */
export async function storeEvidence({ storage }: Pick<Deps, "storage">, files: readonly ExaminedFile[]): Promise<StoredEvidence[]> {
  const stored: StoredEvidence[] = [];
  for (const file of files) {
    const { sha256, size } = await storage.put(createReadStream(file.path));
    const shown = file.rendition && (await storage.put(file.rendition.bytes));
    stored.push({
      fileName: file.name,
      mediaType: file.mediaType,
      sha256,
      size,
      rendition: file.rendition && shown ? { sha256: shown.sha256, mediaType: file.rendition.mediaType } : null,
    });
  }
  return stored;
}
