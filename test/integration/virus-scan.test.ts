import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { Readable } from "node:stream";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "~/infra/id";
import { createClamd, parseClamdAddress, ScannerAway } from "~/infra/virus-scanner.server";
import type { StaffActor } from "~/modules/access/actor";
import { loadEvidenceFiles } from "~/modules/cases/evidence-files.queries.server";
import { keepEvidence } from "~/modules/intake/keep-evidence.server";
import { openEvidence } from "~/modules/intake/open-evidence.server";
import { scanWaitingEvidence } from "~/modules/intake/scan-evidence.server";
import { originalsWithheld } from "~/modules/referrals/originals-withheld.server";
import { anInvestigation, enforcers } from "../factories/investigation";
import { eicar, startClamd, type TestClamd } from "../support/clamd";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { tcpGate, type TcpGate } from "../support/tcp-gate";

let clamd: TestClamd;
beforeAll(async () => void (clamd = await startClamd()));
afterAll(() => clamd?.close());

const bytesOf = (...pieces: (string | Buffer)[]) => Readable.from(pieces.map((piece) => Buffer.from(piece)));

describe("the client", () => {
  test.each(["tcp", "unix"] as const)("asks by %s what is in a file, whole or in pieces", async (way) => {
    const { scan } = createClamd(parseClamdAddress(clamd[way])!);
    expect(await scan(bytesOf("nothing in it"))).toEqual({ verdict: "clean" });
    expect(await scan(bytesOf())).toEqual({ verdict: "clean" });
    expect(await scan(bytesOf(eicar))).toEqual({ verdict: "infected", signature: expect.stringContaining("Eicar-Test-Signature") });
    expect(await scan(bytesOf(Buffer.alloc(2_000_000), eicar.slice(0, 20), "", eicar.slice(20)))).toMatchObject({ verdict: "infected" });
    expect(await Promise.all(Array.from({ length: 10 }, (_none, n) => scan(bytesOf(n % 2 ? eicar : "x"))))).toMatchObject(Array.from({ length: 10 }, (_none, n) => ({ verdict: n % 2 ? "infected" : "clean" })));
  });

  test("has no verdict on what is larger than the scanner takes, on what breaks off, or from nobody", async () => {
    const { scan } = createClamd(parseClamdAddress(clamd.tcp)!);
    await expect(scan(bytesOf(...Array.from({ length: 80 }, () => Buffer.alloc(100_000))))).rejects.toThrow(ScannerAway);
    async function* breaking() {
      yield Buffer.from("half");
      throw new Error("the disk went away");
    }
    await expect(scan(breaking())).rejects.toThrow("the disk went away");
    await expect(createClamd({ host: "127.0.0.1", port: 1 }).scan(bytesOf("x"))).rejects.toThrow(ScannerAway);
    await expect(createClamd({ path: "/nonexistent/clamd.ctl" }).scan(bytesOf("x"))).rejects.toThrow(ScannerAway);
  });

  test.each([
    ["says nothing", () => undefined],
    ["hangs up", (socket: Socket) => socket.end()],
    ["talks without end", (socket: Socket) => socket.write("x".repeat(10_000))],
    ["says something else", (socket: Socket) => socket.write("COMMAND READ TIMED OUT\0")],
  ])("counts one that %s as away", async (_what, answer) => {
    const server: Server = createServer((socket) => void socket.on("error", () => undefined).once("data", () => answer(socket)));
    await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
    const { scan } = createClamd({ host: "127.0.0.1", port: (server.address() as AddressInfo).port }, 300);
    await expect(scan(bytesOf("x"))).rejects.toThrow(ScannerAway);
    await new Promise((settle) => server.close(settle));
  });

  test.each([
    ["tcp://127.0.0.1", { host: "127.0.0.1", port: 3310 }],
    ["tcp://[::1]:99", { host: "::1", port: 99 }],
    ["unix:/run/clamav/clamd.ctl", { path: "/run/clamav/clamd.ctl" }],
    ["unix:///run/clamd.ctl", { path: "/run/clamd.ctl" }],
    ["http://127.0.0.1", null],
    ["unix:relative", null],
  ])("%s", (text, address) => {
    expect(parseClamdAddress(text)).toEqual(address);
  });
});

describe("evidence", () => {
  let database: TestDatabase;
  let gate: TcpGate;
  let deps: TestDeps;
  let ana: StaffActor;
  let reportId: string;
  let platformId: string;

  beforeAll(async () => {
    database = await testDatabase();
    gate = await tcpGate({ host: "127.0.0.1", port: clamd.port });
    deps = await database.deps(undefined, { CLAMD: `tcp://127.0.0.1:${gate.port}` });
    ({ platformId, ana } = await enforcers(deps));
  });
  afterAll(async () => {
    await gate.close();
    await database.close();
  });
  beforeEach(async () => {
    gate.open();
    await scanWaitingEvidence(deps);
    reportId = (await anInvestigation(deps, ana, { platformId })).reports[0]!.id;
  });

  const kept = async (text: string, mediaType = "text/plain") => {
    const stored = await deps.storage.put(Buffer.from(text));
    await deps.db.$transaction((tx) => keepEvidence(tx, { kind: "reporter", reportId }, { reportId }, [{ ...stored, mediaType, fileName: "file.txt", rendition: { sha256: stored.sha256, mediaType } }], deps.clock()));
    return (await deps.db.evidenceFile.findFirstOrThrow({ where: { reportId, sha256: stored.sha256 } })).id;
  };
  const opened = async (fileId: string, view: "original" | "rendition", by: TestDeps = deps) => {
    const found = await openEvidence(by, ana, { fileId, view });
    return found.ok ? "given" : found.reason;
  };

  test("waits while the scanner is away, is not handed out, and is not forgotten", async () => {
    const [clean, infected] = [await kept(`clean ${newId()}`), await kept(`${eicar} ${newId()}`)];
    gate.cut();
    expect(await scanWaitingEvidence(deps)).toBe(0);
    expect([await opened(clean, "original"), await opened(clean, "rendition")]).toEqual(["evidence_not_scanned", "evidence_not_scanned"]);
    expect(await originalsWithheld(deps.db as never, deps, [clean])).toBe("evidence_not_scanned");
    expect(await loadEvidenceFiles(deps.db, { reportId })).toMatchObject([{ scan: null }, { scan: null }]);
    gate.open();
    expect(await Promise.all([scanWaitingEvidence(deps), scanWaitingEvidence(deps)])).toContain(2);
    expect(await scanWaitingEvidence(deps)).toBe(0);
    expect(await loadEvidenceFiles(deps.db, { reportId })).toMatchObject([{ id: clean, scan: { verdict: "clean", signature: null } }, { id: infected, scan: { verdict: "infected", signature: expect.stringContaining("Eicar") } }]);
    expect((await deps.db.evidenceCustody.findMany({ where: { evidenceFileId: infected }, orderBy: { id: "asc" } })).map(({ step }) => step)).toEqual(["received", "rendition_made", "scanned"]);
    expect(await deps.db.auditEntry.count({ where: { type: "evidence.scanned", body: { contains: infected } } })).toBe(1);
  });

  test("that is infected is kept and given to nobody, by whatever way, also once no scanner is configured", async () => {
    const fileId = await kept(`${eicar} ${newId()}`);
    await scanWaitingEvidence(deps);
    const { scanner: _none, ...rest } = deps;
    expect([await opened(fileId, "original"), await opened(fileId, "rendition"), await opened(fileId, "original", { ...rest, scanner: null })]).toEqual(["evidence_infected", "evidence_infected", "evidence_infected"]);
    expect(await deps.db.evidenceCustody.count({ where: { evidenceFileId: fileId, step: { in: ["viewed", "downloaded"] } } })).toBe(0);
    expect(await originalsWithheld(deps.db as never, deps, [fileId])).toBe("evidence_infected");
    const { sha256 } = await deps.db.evidenceFile.findUniqueOrThrow({ where: { id: fileId } });
    expect(await deps.storage.has(sha256)).toBe(true);
    await expect(deps.db.evidenceFile.update({ where: { id: fileId }, data: { scanVerdict: "clean", scanSignature: null } })).rejects.toThrow(/evidence_verdict_stands|verdict on evidence/);
  });

  test("that is asked for before its turn is scanned on the spot", async () => {
    const [clean, infected, readable, text] = [await kept(`clean ${newId()}`), await kept(`${eicar} ${newId()}`), await kept(`clean ${newId()}`), await kept(`${eicar} ${newId()}`)];
    expect([await opened(clean, "original"), await opened(infected, "original")]).toEqual(["given", "evidence_infected"]);
    expect([await opened(readable, "rendition"), await opened(text, "rendition")]).toEqual(["given", "evidence_infected"]);
    expect(await scanWaitingEvidence(deps)).toBe(0);
  });

  test("of a picture that is infected can be looked at as it was made anew", async () => {
    const fileId = await kept(`${eicar} ${newId()}`, "image/png");
    await scanWaitingEvidence(deps);
    expect([await opened(fileId, "original"), await opened(fileId, "rendition")]).toEqual(["evidence_infected", "given"]);
  });

  test("that is too large for the scanner holds up no other", async () => {
    const [large, clean] = [await kept(`${newId()}${" ".repeat(6_000_000)}`), await kept(`clean ${newId()}`)];
    expect(await scanWaitingEvidence(deps)).toBe(1);
    expect(await loadEvidenceFiles(deps.db, { reportId })).toMatchObject([{ id: large, scan: null }, { id: clean, scan: { verdict: "clean" } }]);
    expect(await opened(large, "original")).toBe("evidence_not_scanned");
    await deps.db.evidenceFile.update({ where: { id: large }, data: { scannedAt: deps.clock().toJSDate(), scanVerdict: "clean" } });
  });

  test("whose stored bytes are gone holds up no other", async () => {
    const [lost, clean] = [await kept(`lost ${newId()}`), await kept(`clean ${newId()}`)];
    await deps.storage.remove((await deps.db.evidenceFile.findUniqueOrThrow({ where: { id: lost } })).sha256);
    expect(await scanWaitingEvidence(deps)).toBe(1);
    expect(await loadEvidenceFiles(deps.db, { reportId })).toMatchObject([{ id: lost, scan: null }, { id: clean, scan: { verdict: "clean" } }]);
    await deps.db.evidenceFile.update({ where: { id: lost }, data: { scannedAt: deps.clock().toJSDate(), scanVerdict: "clean" } });
  });
});
