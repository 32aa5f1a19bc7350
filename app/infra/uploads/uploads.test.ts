import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { examineFile } from "./examine-file.server";
import { receiveEvidenceForm } from "./receive-evidence.server";
import { receiveForm } from "./receive-form.server";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "uploads-test-"));
});
afterAll(() => rm(folder, { recursive: true }));

const blank = (width = 40, height = 30) => sharp({ create: { width, height, channels: 3, background: "#336699" } });
const pdf = Buffer.from("%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n");

async function examine(name: string, bytes: Buffer, claimed = "application/octet-stream") {
  const path = join(folder, "file");
  await writeFile(path, bytes);
  return examineFile({ name, claimed, path, size: bytes.length });
}

/** A PNG of a few hundred bytes whose header promises `side` × `side` pixels. */
function pngPromising(side: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const framed = Buffer.alloc(8 + body.length);
    framed.writeUInt32BE(data.length, 0);
    body.copy(framed, 4);
    framed.writeUInt32BE(crc(body), 4 + body.length);
    return framed;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc(100_000));
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), chunk("IHDR", header), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))]);
}

function crc(bytes: Buffer): number {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}

describe("what is taken", () => {
  test.each([
    ["shot.png", () => blank().png().toBuffer(), "image/png", "image/webp"],
    ["SHOT.JPG", () => blank().jpeg().toBuffer(), "image/jpeg", "image/webp"],
    ["chat.webp", () => blank().webp().toBuffer(), "image/webp", "image/webp"],
    ["moving.gif", () => blank().gif().toBuffer(), "image/gif", "image/webp"],
    ["photo.avif", () => blank(64, 64).avif().toBuffer(), "image/avif", "image/webp"],
    ["pasted", () => blank().png().toBuffer(), "image/png", "image/webp"],
    ["letter.pdf", async () => pdf, "application/pdf", null],
    ["chat.txt", async () => Buffer.from("BM, they wrote again: ¿qué? 🙁\r\n"), "text/plain", "text/plain"],
    ["chat.txt", async () => Buffer.from("\ufeffHello", "utf16le"), "text/plain", "text/plain"],
    ["old.csv", async () => Buffer.from("Peña;5\n", "latin1"), "text/plain", "text/plain"],
    ["mail.eml", async () => Buffer.from("From: a@b.example\nSubject: Hi\n\n<html><b>Hi</b></html>\n"), "text/plain", "text/plain"],
  ])("%s", async (name, make, mediaType, rendition) => {
    const bytes = await make();
    const examined = await examine(name, bytes);
    expect(examined).toMatchObject({ ok: true, file: { name, mediaType, size: bytes.length } });
    expect(examined.ok && (examined.file.rendition?.mediaType ?? null)).toBe(rendition);
  });
});

describe("what is refused", () => {
  test.each<[string, () => Promise<Buffer>, string, string?]>([
    ["logo.svg", async () => Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"), "unsupported"],
    ["setup.exe", async () => Buffer.from("MZ\x90\x00\x03", "latin1"), "unsupported"],
    ["all.zip", async () => Buffer.from("PK\x03\x04\x00\x00", "latin1"), "unsupported"],
    ["page.html", async () => Buffer.from("<html></html>"), "unsupported"],
    ["shot.png", () => blank().jpeg().toBuffer(), "mislabelled"],
    ["letter.pdf", () => blank().png().toBuffer(), "mislabelled"],
    ["notes.txt", async () => pdf, "mislabelled"],
    ["shot.jpg", async () => Buffer.from("just words"), "mislabelled"],
    ["shot.jpg", () => blank().jpeg().toBuffer(), "mislabelled", "image/png"],
    ["archive.txt", async () => Buffer.from("PK\x03\x04\x00\x00", "latin1"), "unsupported"],
    ["picture.txt", async () => Buffer.from("  <svg onload='alert(1)'/>"), "active_content"],
    ["page.txt", async () => Buffer.from("\ufeff<!DOCTYPE html><script>1</script>"), "active_content"],
    ["bomb.png", async () => pngPromising(30_000), "too_many_pixels"],
    ["cut.jpg", async () => (await blank(400, 400).jpeg().toBuffer()).subarray(0, 900), "damaged"],
    ["both.png", async () => Buffer.concat([await blank().png().toBuffer(), Buffer.from("PK\x05\x06"), Buffer.alloc(18)]), "two_in_one"],
    ["both.gif", async () => Buffer.concat([await blank().gif().toBuffer(), Buffer.from("<script>alert(1)</script>")]), "two_in_one"],
    ["both.jpg", async () => withComment(await blank().jpeg().toBuffer(), pdf), "two_in_one"],
    ["cut.pdf", async () => pdf.subarray(0, 40), "damaged"],
    ["packed.pdf", async () => Buffer.concat([pdf.subarray(0, -6), Buffer.from("3 0 obj << /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode >> stream\n"), deflateSync(Buffer.from("8 0 << /S /JavaScript /JS (1) >>")), Buffer.from("\nendstream endobj\n%%EOF\n")]), "active_content"],
    ["locked.pdf", async () => Buffer.from(pdf.toString().replace("trailer <<", "3 0 obj << /Type /ObjStm >> stream\nx\nendstream endobj\ntrailer << /Encrypt 9 0 R")), "uninspectable"],
    ["script.pdf", async () => Buffer.from(pdf.toString().replace("/Catalog", "/Catalog /OpenAction << /S /JavaScript /JS (1) >>")), "active_content"],
  ])("%s %#", async (name, make, fault, claimed) => {
    expect(await examine(name, await make(), claimed)).toMatchObject({ ok: false, refused: { name, fault } });
  });

  /** Puts bytes into a JPEG comment, so that two readers see two files. */
  function withComment(jpeg: Buffer, comment: Buffer): Buffer {
    const marker = Buffer.alloc(4);
    marker.writeUInt16BE(0xfffe, 0);
    marker.writeUInt16BE(comment.length + 2, 2);
    return Buffer.concat([jpeg.subarray(0, 2), marker, comment, jpeg.subarray(2)]);
  }
});

test("the rendition is upright and carries no EXIF; the original keeps every byte", async () => {
  const original = await blank(40, 20).jpeg().withExif({ IFD0: { Artist: "Ana", Copyright: "Ana" }, IFD3: { GPSLatitudeRef: "N" } }).withMetadata({ orientation: 6 }).toBuffer();
  const before = await sharp(original).metadata();
  expect([before.exif !== undefined, before.orientation]).toEqual([true, 6]);
  const examined = await examine("photo.jpg", original);
  if (!examined.ok || !examined.file.rendition) throw new Error("not taken");
  const after = await sharp(examined.file.rendition.bytes).metadata();
  expect([after.exif, after.orientation, after.width, after.height]).toEqual([undefined, undefined, 20, 40]);
  expect(examined.file.rendition.bytes.includes("Ana")).toBe(false);
  expect((await readFile(examined.file.path)).equals(original)).toBe(true);
});

test("a large picture is shown at a size people can load", async () => {
  const examined = await examine("wide.png", await blank(6_000, 2_000).png().toBuffer());
  if (!examined.ok || !examined.file.rendition) throw new Error("not taken");
  expect(await sharp(examined.file.rendition.bytes).metadata()).toMatchObject({ width: 2_560, height: 853 });
});

test("text is shown without what makes it lie", async () => {
  const examined = await examine("chat.txt", Buffer.from("invoice\u202Efdp.exe\r\nend"));
  expect(examined.ok && examined.file.rendition?.bytes.toString()).toBe("invoicefdp.exe\nend");
});

function formRequest(fill: (form: FormData) => void): Request {
  const form = new FormData();
  fill(form);
  return new Request("http://console.example/report", { method: "POST", body: form });
}

describe("a form with files", () => {
  test("is read whole, and leaves nothing behind", async () => {
    const shot = await blank().png().toBuffer();
    const received = await receiveForm(
      formRequest((form) => {
        form.append("description", "¿Qué? 🙁\u0000");
        form.append("files", new File([shot], "../../etc/shot\u202E.png", { type: "image/png" }));
        form.append("files", new File([], ""));
      }),
    );
    expect(received.fields.get("description")).toBe("¿Qué? 🙁\u0000");
    expect(received.files.map((file) => [file.name, file.claimed, file.size])).toEqual([["shot.png", "image/png", shot.length]]);
    const kept = createHash("sha256").update(await readFile(received.files[0]!.path)).digest("hex");
    expect(kept).toBe(createHash("sha256").update(shot).digest("hex"));
    const spool = dirname(received.files[0]!.path);
    await received.dispose();
    await expect(readdir(spool)).rejects.toThrow("ENOENT");
  });

  test("a file with a name that is only a path is kept under a neutral one", async () => {
    const received = await receiveForm(formRequest((form) => ["..", ".", "dir/"].forEach((name) => form.append("files", new File(["x"], name)))));
    expect(received.files.map(({ name }) => name)).toEqual(["file", "file", "file"]);
    await received.dispose();
  });

  test("names what was refused and keeps the rest", async () => {
    const shot = await blank().png().toBuffer();
    const form = await receiveEvidenceForm(
      formRequest((fields) => {
        fields.append("files", new File([Buffer.alloc(10 * 1024 * 1024 + 1, "a")], "huge.txt", { type: "text/plain" }));
        fields.append("files", new File([Buffer.alloc(0)], "nothing.txt"));
        for (let n = 1; n <= 9; n += 1) fields.append("files", new File([shot], `shot${n}.png`, { type: "image/png" }));
        fields.append("after", "still here");
      }),
    );
    expect(form.files.map((file) => file.name)).toEqual(Array.from({ length: 8 }, (_, n) => `shot${n + 1}.png`));
    expect(form.refused).toEqual(
      expect.arrayContaining([
        { name: "huge.txt", fault: "too_large" },
        { name: "nothing.txt", fault: "empty" },
        { name: "shot9.png", fault: "too_many" },
      ]),
    );
    expect(form.fields.get("after")).toBe("still here");
    await form.dispose();
  });

  test("without files may be urlencoded", async () => {
    const request = new Request("http://console.example/", { method: "POST", body: new URLSearchParams({ a: "1 & ñ" }) });
    expect((await receiveForm(request)).fields.get("a")).toBe("1 & ñ");
  });

  test.each([
    ["no form", { body: "{}", headers: { "Content-Type": "application/json" } }, 415],
    ["no boundary", { body: "x", headers: { "Content-Type": "multipart/form-data" } }, 400],
    ["cut off", { body: '--b\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\nabc', headers: { "Content-Type": "multipart/form-data; boundary=b" } }, 400],
    ["announced as too large", { body: "x", headers: { "Content-Type": "multipart/form-data; boundary=b", "Content-Length": "999999999" } }, 413],
  ])("is refused when %s", async (_what, init, status) => {
    const request = new Request("http://console.example/", { method: "POST", ...init });
    await expect(receiveForm(request)).rejects.toMatchObject({ status });
  });

  test("is cut off when it never ends", async () => {
    const start = Buffer.from('--b\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\n');
    const chunk = Buffer.alloc(1024 * 1024, "a");
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(sent === 0 ? start : chunk);
        sent += 1;
      },
    });
    const init: RequestInit = { method: "POST", body, duplex: "half", headers: { "Content-Type": "multipart/form-data; boundary=b" } };
    await expect(receiveForm(new Request("http://console.example/", init))).rejects.toMatchObject({ status: 413 });
    expect(sent).toBeLessThan(120);
  });
});
