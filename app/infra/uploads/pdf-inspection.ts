import { promisify } from "node:util";
import { constants, inflate } from "node:zlib";

/**
 * What a PDF would do beside being read: run a script, start a program, carry or fetch another file. Looked for in every
 * object, also those packed into compressed object streams, with names as readers read them (`/J#61vaScript`), and never
 * in what is only text or picture data. A file that hides its objects from this look is `unreadable`, and so is one that takes
 * more than the bounds below.
 */
export type PdfInspection = "quiet" | "active" | "unreadable";

const activeNames = new Set(["JavaScript", "JS", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "XFA", "ImportData", "SubmitForm", "GoToE"]);

/** Ways to write a stream that object streams never need and that are not undone here. */
const strangeFilters = ["LZWDecode", "LZW", "ASCIIHexDecode", "AHx", "ASCII85Decode", "A85", "RunLengthDecode", "RL", "Crypt", "Predictor"];

const bounds = { objects: 200_000, characters: 48 * 1024 * 1024, objectStreams: 5_000, unpackedBytes: 32 * 1024 * 1024, streamBytes: 16 * 1024 * 1024 } as const;

const inflated = promisify(inflate);

export async function inspectPdf(bytes: Buffer): Promise<PdfInspection> {
  const text = bytes.toString("latin1");
  const reader = new NameReader();
  const packed: number[] = [];
  let [objects, encrypted] = [0, false];
  // Whatever stands between its two numbers and this word, no reader finds an object without it.
  for (const { index, 0: header } of text.matchAll(/(?<!end)obj|trailer/g)) {
    if (++objects > bounds.objects) return "unreadable";
    const { names, end } = reader.value(text, index + header.length);
    if (reader.spent > bounds.characters) return "unreadable";
    if (isActive(names)) return "active";
    encrypted ||= names.has("Encrypt");
    if (!holdsObjects(names)) continue;
    const begins = streamAfter(text, end);
    if (begins === null) continue;
    if (!isPlainlyPacked(names)) return "unreadable";
    packed.push(begins);
  }
  if (packed.length > bounds.objectStreams || (encrypted && packed.length > 0)) return "unreadable";
  return inspectPacked(bytes, packed, reader);
}

const isActive = (names: ReadonlySet<string>): boolean => [...names].some((name) => activeNames.has(name));

/** Readers go by the two keys that say where the objects are, whatever the stream calls itself. */
const holdsObjects = (names: ReadonlySet<string>): boolean => names.has("ObjStm") || (names.has("First") && names.has("N"));

const isPlainlyPacked = (names: ReadonlySet<string>): boolean => names.has("Filter") && !strangeFilters.some((filter) => names.has(filter));

/** Where the data of a stream begins whose dictionary ends at `end`; null: it is no stream. */
function streamAfter(text: string, end: number): number | null {
  const begin = /(?:\s|%[^\r\n]*)*stream(?:\r\n|\n|\r)?/y;
  begin.lastIndex = end;
  return begin.test(text) ? begin.lastIndex : null;
}

async function inspectPacked(bytes: Buffer, starts: readonly number[], reader: NameReader): Promise<PdfInspection> {
  let unpacked = 0;
  for (const start of starts) {
    const objects = await unpack(bytes.subarray(start));
    if (objects === null) return "unreadable";
    unpacked += objects.byteLength;
    if (unpacked > bounds.unpackedBytes) return "unreadable";
    const text = objects.toString("latin1");
    // It begins with the numbers of its objects. What does not was packed more than once.
    if (!/^\s*(?:\d+\s+\d+\s|$)/.test(text)) return "unreadable";
    if (isActive(reader.all(text))) return "active";
  }
  return "quiet";
}

/** Compressed data ends where it says so itself, whatever length or end the file claims around it. */
async function unpack(from: Buffer): Promise<Buffer | null> {
  try {
    return await inflated(from, { maxOutputLength: bounds.streamBytes, finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return null;
  }
}

/** Reads the names among PDF's tokens; what stands in strings and comments is none. */
class NameReader {
  /** Characters read so far: overlapping objects are read more than once, and that is bounded too. */
  spent = 0;

  /** The names of the one value that begins at `start`, and where it ends. */
  value(text: string, start: number): { names: Set<string>; end: number } {
    return this.read(text, start, true);
  }

  all(text: string): Set<string> {
    return this.read(text, 0, false).names;
  }

  private read(text: string, start: number, one: boolean): { names: Set<string>; end: number } {
    const names = new Set<string>();
    const token = /\s+|%[^\r\n]*|\/([^\s()<>[\]{}/%]*)|<<|>>|<[0-9A-Fa-f\s]*>|[[\]]|\(|[^\s()<>[\]{}/%]+|[)<>{}]/y;
    token.lastIndex = start;
    let depth = 0;
    for (let found = token.exec(text); found; found = token.exec(text)) {
      const [said, name] = found;
      if (name !== undefined) names.add(name.replace(/#([0-9A-Fa-f]{2})/g, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16))));
      if (said === "(") token.lastIndex = endOfString(text, token.lastIndex);
      if (said === "<<" || said === "[") depth += 1;
      if (said === ">>" || said === "]") depth -= 1;
      const isBlank = /^[\s%]/.test(said);
      if (one && !isBlank && depth <= 0) break;
      if (one && depth > 0 && said === "endobj") break;
    }
    const end = token.lastIndex || text.length;
    this.spent += end - start;
    return { names, end };
  }
}

/** Strings nest their brackets, but for those behind a backslash. */
function endOfString(text: string, start: number): number {
  const bracket = /\\[^]|[()]/g;
  bracket.lastIndex = start;
  let depth = 1;
  for (let found = bracket.exec(text); found; found = bracket.exec(text)) {
    if (found[0] === "(") depth += 1;
    if (found[0] === ")") depth -= 1;
    if (depth === 0) return bracket.lastIndex;
  }
  return text.length;
}
