import { createHash } from "node:crypto";
import { open as openFile, type FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { DateTime } from "luxon";
import { fromFdPromise, type Entry, type ZipFile } from "yauzl";
import { startOfCivilDay } from "~/infra/civil-day";
import { fingerprintOf, readPublicKey, verifiesSignature } from "~/infra/signing-keys.server";
import { frameFaultOf } from "~/infra/zip/check-frame.server";
import { earliestLawfulDay } from "../../notices/policy-notice";
import { clauseChanges, realChanges } from "../policy-changes";
import { csvColumns, csvFieldsOf, csvHeader, csvName, headSchema, longestLine, proofName, rowSchema, signatureSchema, tailSchema, type ProofHead, type ProofRow, type ProofTail } from "./proof";

export type ProofFault =
  | "not_a_proof" | "framed_otherwise" | "cut_off" | "line_too_long" | "malformed" | "out_of_order" | "hash_differs" | "signature_wrong" | "signer_unknown"
  | "count_differs" | "clauses_differ" | "csv_differs" | "csv_contradicts" | "not_lawful";

export interface ProofFinding {
  fault: ProofFault;
  explanation: string;
}

export interface ProofReport {
  /** The file is as it was made: every hash, count and the signature hold. */
  whole: boolean;
  /** The version took effect no sooner than it may, or has not taken effect yet. Null: the file cannot say. */
  lawful: boolean | null;
  findings: ProofFinding[];
  head: Pick<ProofHead, "platform" | "policy" | "version" | "campaign" | "requiredByLaw" | "madeAt"> | null;
  tail: ProofTail | null;
  /** Local midnight before which the version may not take effect. */
  earliestDay: string | null;
  changes: number;
  /** Whether the addresses and the mail servers' answers were there to be checked. */
  withAddresses: boolean;
  signer: string | null;
  /** Whether the signer is the one that was expected; null when none was named. */
  signerExpected: boolean | null;
}

const mostFindings = 50;

/**
 * Checks a proof with nothing but the file: that it is signed and whole, that its counts and hashes hold, that the clause
 * diff is the one of its two texts, that nobody counts as told without a mail server's acceptance or a person's record, and
 * that the version took effect when it lawfully could (CF-AUP 9). The file may be hostile: a line at a time is in memory.
 *
 * @param expected fingerprint of the key that has to have signed; without it, the key in the proof is taken at its word
 * @param csvPath the file with the addresses where it lies beside the proof
 */
export async function verifyProof(path: string, { expected = null, csvPath = null }: { expected?: string | null; csvPath?: string | null } = {}): Promise<ProofReport> {
  const check = new Check(expected);
  const file = await openRegular(path);
  const beside = csvPath === null ? null : await openRegular(csvPath).catch(async (error: unknown) => {
    await file.close();
    throw error;
  });
  try {
    const source = await sourceOf(file, check);
    if (source) await check.run(source.proof, beside ? () => streamOf(beside) : source.csv);
    return check.report();
  } finally {
    await file.close();
    await beside?.close();
  }
}

async function openRegular(path: string): Promise<FileHandle> {
  const file = await openFile(path, "r");
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw Object.assign(new Error("not a file"), { code: "EISDIR" });
}

const streamOf = (file: FileHandle): Readable => file.createReadStream({ start: 0, autoClose: false });

interface Source {
  proof: () => Promise<Readable> | Readable;
  csv: (() => Promise<Readable> | Readable) | null;
}

/** A proof alone, or both files as a ZIP. */
async function sourceOf(file: FileHandle, check: Check): Promise<Source | null> {
  const first = Buffer.alloc(2);
  await file.read(first, 0, 2, 0);
  if (first.toString("latin1") !== "PK") return { proof: () => streamOf(file), csv: null };
  try {
    const zip = await fromFdPromise(file.fd, { lazyEntries: true, autoClose: false, decodeStrings: false, strictFileNames: true } as never);
    const entries = await entriesOf(zip);
    const [proof, csv] = [entries.get(proofName), entries.get(csvName)];
    if (!proof || !csv || entries.size !== 2) {
      check.found("not_a_proof", `A proof is a ZIP file with ${csvName} and ${proofName}, and nothing else.`);
      return null;
    }
    const framed = await frameFaultOf(file, (await file.stat()).size, [proof, csv]);
    if (framed) check.found("framed_otherwise", framed.explanation);
    const read = (entry: Entry, name: string) => async () => summed(await zip.openReadStreamPromise(entry), entry.crc32, () => check.found("framed_otherwise", `The checksum of ${name} in the ZIP is wrong: other programs would call it damaged.`));
    return { proof: read(proof, proofName), csv: read(csv, csvName) };
  } catch (error) {
    check.found("not_a_proof", `This is no whole ZIP file: ${sayError(error)}.`);
    return null;
  }
}

async function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  if (zip.entryCount > 2) throw new Error("it holds more than two files");
  await new Promise<void>((resolve, reject) => {
    zip.on("error", reject);
    zip.on("end", () => resolve());
    zip.on("entry", (entry: Entry) => {
      const name = (entry.fileName as unknown as Buffer).toString("utf8");
      if (entry.compressionMethod !== 0 || entry.generalPurposeBitFlag & 1 || entries.has(name)) return reject(new Error("its files are not plain ones"));
      entries.set(name, entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
  return entries;
}

/** The same bytes; `differs` is called at their end where they have another CRC-32 than was said of them. */
const summed = (stream: Readable, expected: number, differs: () => void): Readable =>
  Readable.from(
    (async function* () {
      let sum = 0;
      for await (const chunk of stream) {
        sum = crc32(chunk as Buffer, sum);
        yield chunk as Buffer;
      }
      if (sum !== expected) differs();
    })(),
    { objectMode: false },
  );

const sayError = (error: unknown): string => (error instanceof Error ? error.message.slice(0, 200) : "it cannot be read");

class LineTooLong extends Error {}

/** The lines of a stream with their line ends, a bounded one at a time. */
async function* linesOf(stream: Readable, longest: number): AsyncGenerator<Buffer> {
  let kept: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    let from = 0;
    const bytes = chunk as Buffer;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
      const line = bytes.subarray(from, end + 1);
      if (size + line.length > longest) throw new LineTooLong();
      yield kept.length > 0 ? Buffer.concat([...kept, line]) : line;
      [kept, size, from] = [[], 0, end + 1];
    }
    if (from < bytes.length) {
      kept.push(bytes.subarray(from));
      size += bytes.length - from;
      if (size > longest) throw new LineTooLong();
    }
  }
  if (size > 0) yield Buffer.concat(kept);
}

const jsonOf = (line: Buffer): unknown => {
  try {
    return JSON.parse(line.toString("utf8"));
  } catch {
    return null;
  }
};

class Check {
  private readonly findings: ProofFinding[] = [];
  private head: ProofHead | null = null;
  private tail: ProofTail | null = null;
  private signer: string | null = null;
  private withAddresses = false;
  private unlawful: string[] = [];
  private earliest: DateTime | null = null;

  constructor(private readonly expected: string | null) {}

  found(fault: ProofFault, explanation: string): void {
    if (this.findings.length < mostFindings) this.findings.push({ fault, explanation });
  }

  report(): ProofReport {
    const { head, tail } = this;
    const whole = this.findings.length === 0 && tail !== null;
    return {
      whole,
      lawful: whole ? this.unlawful.length === 0 : null,
      findings: [...this.findings, ...(whole ? this.unlawful.map((explanation) => ({ fault: "not_lawful" as const, explanation })) : [])],
      head: head && { platform: head.platform, policy: head.policy, version: head.version, campaign: head.campaign, requiredByLaw: head.requiredByLaw, madeAt: head.madeAt },
      tail,
      earliestDay: this.earliest?.toISODate() ?? null,
      changes: head?.clauses.changes.length ?? 0,
      withAddresses: this.withAddresses,
      signer: this.signer,
      signerExpected: this.expected === null || this.signer === null ? null : this.signer === this.expected.toLowerCase(),
    };
  }

  async run(proof: Source["proof"], csv: Source["csv"]): Promise<void> {
    try {
      const addresses = csv ? new Addresses(linesOf(await csv(), longestLine), (...fault) => this.found(...fault)) : null;
      await addresses?.begin();
      await this.readProof(linesOf(await proof(), longestLine), addresses);
      if (addresses && this.tail && this.findings.length === 0) await addresses.end(this.tail.csv);
      this.withAddresses = addresses !== null;
    } catch (error) {
      if (error instanceof LineTooLong) this.found("line_too_long", "A line is longer than any of a proof can be.");
      else this.found("not_a_proof", `It cannot be read to its end: ${sayError(error)}.`);
    }
    if (this.findings.length === 0) this.judge();
  }

  /** The last two lines are known only when the file ends, so two are always held back. */
  private async readProof(lines: AsyncIterable<Buffer>, addresses: Addresses | null): Promise<void> {
    const hash = createHash("sha256");
    const sum = new Sum();
    const held: Buffer[] = [];
    for await (const line of lines) {
      held.push(line);
      if (held.length <= 2) continue;
      const ripe = held.shift()!;
      hash.update(ripe);
      if (!this.head) {
        if (!this.readHead(ripe)) return;
        continue;
      }
      const row = rowSchema.safeParse(jsonOf(ripe));
      if (!row.success) return this.found("malformed", `Line ${sum.accounts + 2} is no account's.`);
      const wrong = sum.add(row.data);
      if (wrong) return this.found("out_of_order", wrong);
      await addresses?.compare(row.data);
    }
    if (!this.head) {
      const [first] = held;
      const known = first && headSchema.safeParse(jsonOf(first)).success;
      return this.found(known ? "cut_off" : "not_a_proof", known ? "It ends before its signature." : "This is no proof of policy notices.");
    }
    this.close(held, hash.digest("hex"), sum);
  }

  private readHead(line: Buffer): boolean {
    const parsed = headSchema.safeParse(jsonOf(line));
    if (!parsed.success) {
      this.found("not_a_proof", "This is no proof of policy notices that this program knows.");
      return false;
    }
    this.head = parsed.data;
    const { before, after, changes } = parsed.data.clauses;
    const twice = [before, after].some((clauses) => new Set(clauses.map(({ code }) => code)).size !== clauses.length);
    if (twice || JSON.stringify(realChanges(clauseChanges(before, after))) !== JSON.stringify(changes)) this.found("clauses_differ", "The clause diff is not the difference between its two texts.");
    return true;
  }

  private close([last, signed]: Buffer[], sha256: string, sum: Sum): void {
    const tailLine = last!.toString("utf8").replace(/\n$/, "");
    const tail = tailSchema.safeParse(jsonOf(last!));
    const signature = signatureSchema.safeParse(signed ? jsonOf(signed) : null);
    if (!tail.success || !signature.success) return this.found("cut_off", "It ends before its signature.");
    const key = readPublicKey(signature.data.publicKey);
    const signer = key && fingerprintOf(key);
    const bytes = Buffer.from(signature.data.signature, "base64");
    // One way to write a key and a signature: what was touched is noticed even where it means the same.
    const plainly = key?.export({ format: "pem", type: "spki" }).toString() === signature.data.publicKey && bytes.toString("base64") === signature.data.signature;
    if (!key || !plainly || signer !== signature.data.fingerprint) return this.found("malformed", "The key its signature names is not the one it carries.");
    this.signer = signer;
    this.tail = tail.data;
    if (!verifiesSignature(key, Buffer.from(tailLine), bytes)) this.found("signature_wrong", "The signature is not of this proof: it was changed, or signed by another key.");
    if (this.expected !== null && signer !== this.expected.toLowerCase()) this.found("signer_unknown", `It was signed by ${signer}, not by the key you named.`);
    if (tail.data.sha256 !== sha256) this.found("hash_differs", "Its lines are not those that were signed.");
    const claimed = JSON.stringify({ accounts: tail.data.accounts, states: tail.data.states, joined: tail.data.joined, open: tail.data.open, lastNotifiedAt: tail.data.lastNotifiedAt, lines: tail.data.csv.lines });
    if (claimed !== sum.text()) this.found("count_differs", "What it says its accounts add up to is not what they add up to.");
  }

  /** Whether the version took effect when it lawfully could. */
  private judge(): void {
    const [head, tail] = [this.head!, this.tail!];
    const { zone, leadDays } = head.platform;
    if (tail.lastNotifiedAt) this.earliest = earliestLawfulDay(DateTime.fromISO(tail.lastNotifiedAt, { zone: "utc" }), { zone, leadDays });
    if (head.version.state !== "in_force" && head.version.state !== "superseded") return;
    const effective = DateTime.fromISO(head.version.effectiveFrom, { zone: "utc" });
    const day = startOfCivilDay(head.campaign.effectiveDay, zone);
    if (+effective < +day) this.unlawful.push(`It took effect at ${head.version.effectiveFrom}, before the day the notices name began.`);
    if (head.requiredByLaw) {
      if (head.requiredByLaw.askedBy === head.requiredByLaw.agreedBy) this.unlawful.push("The legal reason for less time has no second person.");
      return;
    }
    if (tail.open > 0) this.unlawful.push(`${tail.open} of ${tail.accounts} accounts were not told.`);
    if (this.earliest && +effective < +this.earliest) this.unlawful.push(`The last account was told at ${tail.lastNotifiedAt}, so the version could take effect on ${this.earliest.toISODate()} and not before.`);
  }
}

/** What the accounts add up to, counted anew. */
class Sum {
  accounts = 0;
  private readonly states = { waiting: 0, notified: 0, unreachable: 0, dropped: 0 };
  private joined = 0;
  private open = 0;
  private lastNotifiedAt: string | null = null;
  private csvLines = 1;
  private before = "";

  /** @returns what is wrong with the line, or null. Ids in rising order cannot come twice. */
  add({ id, state, joined, notifiedAt, how, messageId, lines }: ProofRow): string | null {
    if (id <= this.before) return `Account ${id} comes twice, or not in its order.`;
    if ((state === "notified") !== (notifiedAt !== null && how !== null)) return `Account ${id} counts as ${state}, which the rest of its line contradicts.`;
    if (how === "mail" && messageId === null) return `Account ${id} was told by a mail that has no name.`;
    this.before = id;
    this.accounts += 1;
    this.states[state] += 1;
    this.csvLines += lines;
    if (joined) this.joined += 1;
    else if (state === "waiting" || state === "unreachable") this.open += 1;
    else if (notifiedAt && (this.lastNotifiedAt === null || notifiedAt > this.lastNotifiedAt)) this.lastNotifiedAt = notifiedAt;
    return null;
  }

  text(): string {
    return JSON.stringify({ accounts: this.accounts, states: this.states, joined: this.joined, open: this.open, lastNotifiedAt: this.lastNotifiedAt, lines: this.csvLines });
  }
}

const column = (fields: readonly string[], name: (typeof csvColumns)[number]): string => fields[csvColumns.indexOf(name)]!;

/** The file with the addresses, read beside the proof: each account's lines are those that were hashed, and bear it out. */
class Addresses {
  private readonly hash = createHash("sha256");
  private lines = 0;

  constructor(
    private readonly source: AsyncGenerator<Buffer>,
    private readonly found: (fault: ProofFault, explanation: string) => void,
  ) {}

  async begin(): Promise<void> {
    const line = await this.next();
    if (line?.toString("utf8") !== csvHeader) this.found("csv_differs", `${csvName} does not begin with the columns it has to have.`);
  }

  private async next(): Promise<Buffer | null> {
    const { value, done } = await this.source.next();
    if (done) return null;
    this.hash.update(value);
    this.lines += 1;
    return value;
  }

  async compare(row: ProofRow): Promise<void> {
    const own = createHash("sha256");
    let isBorneOut = row.how !== "mail";
    for (let count = 0; count < row.lines; count += 1) {
      const line = await this.next();
      if (!line) return this.found("csv_differs", `${csvName} ends before the lines of account ${row.id}.`);
      own.update(line);
      isBorneOut ||= accepts(line, row);
    }
    if (own.digest("hex") !== row.sha256) return this.found("csv_differs", `The lines of account ${row.id} in ${csvName} are not those of the proof.`);
    if (!isBorneOut) this.found("csv_contradicts", `No mail server's acceptance in ${csvName} bears out that account ${row.id} was told.`);
  }

  async end({ lines, sha256 }: ProofTail["csv"]): Promise<void> {
    const more = await this.next();
    if (more || this.lines !== lines || this.hash.digest("hex") !== sha256) this.found("csv_differs", `${csvName} is not the file of this proof.`);
  }
}

/** Told by mail means: this very message, accepted by its mail server (2xx, RFC 5321) at that moment. */
function accepts(line: Buffer, { messageId, notifiedAt }: ProofRow): boolean {
  const fields = csvFieldsOf(line.toString("utf8"));
  return fields !== null && column(fields, "message_id") === messageId && column(fields, "handed_over_at") === notifiedAt && /^2\d\d/.test(column(fields, "smtp_reply"));
}
