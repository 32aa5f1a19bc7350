import { deflateSync } from "node:zlib";
import PDFDocument from "pdfkit";
import { expect, test } from "vitest";
import { inspectPdf } from "./pdf-inspection";

const around = (objects: string, trailer = "<< /Root 1 0 R >>"): Buffer => Buffer.from(`%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n${objects}\ntrailer ${trailer}\n%%EOF\n`, "latin1");
const stream = (dictionary: string, data: Buffer): string => `7 0 obj\n<< ${dictionary} /Length ${data.length} >>\nstream\n${data.toString("latin1")}\nendstream\nendobj`;
/** One object inside a compressed object stream. */
const packed = (object: string, dictionary = "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", pack: (data: Buffer) => Buffer = deflateSync): string => stream(dictionary, pack(Buffer.from(`8 0 ${object}`)));
const script = "<< /S /JavaScript /JS (app.alert(1)) >>";

test.each<[string, Buffer, "quiet" | "active" | "unreadable"]>([
  ["a plain file", around(""), "quiet"],
  ["a file that opens at a page", around("3 0 obj << /OpenAction [2 0 R /Fit] >> endobj"), "quiet"],
  ["a script", around(`3 0 obj ${script} endobj`), "active"],
  ["a script whose name is spelled in numbers", around("3 0 obj << /S /J#61vaScript /#4aS (1) >> endobj"), "active"],
  ["a script deep in a value", around(`3 0 obj << /A [ << /B [ ${script} ] >> ] >> endobj`), "active"],
  ["a comment before the word that begins an object", around(`3 0 %\nobj %\n${script} endobj`), "active"],
  ["a script in the trailer", around("", `<< /Root << /OpenAction ${script} >> >>`), "active"],
  ["a program to start", around("3 0 obj << /S /Launch /F (cmd.exe) >> endobj"), "active"],
  ["a file inside", around("3 0 obj << /Names << /EmbeddedFiles 4 0 R >> >> endobj"), "active"],
  ["a form that is sent somewhere", around("3 0 obj << /S /SubmitForm /F (https://elsewhere.example) >> endobj"), "active"],
  ["words about scripts in a text", around("3 0 obj << /Title (what \\( /JavaScript does \\) (in /Launch)) >> endobj"), "quiet"],
  ["words about scripts in a comment", around("3 0 obj << % /JavaScript\n /Title (a) >> endobj"), "quiet"],
  ["words about scripts in what a page draws", around(stream("/Filter /FlateDecode", deflateSync(Buffer.from("BT (/JavaScript) Tj /JS ET")))), "quiet"],
  ["a packed object", around(packed("<< /Title (a) >>")), "quiet"],
  ["a packed script", around(packed(script)), "active"],
  ["a packed script, its stream under no name", around(packed(script, "/N 1 /First 4 /Filter /FlateDecode")), "active"],
  ["a packed script, its stream spelled in numbers", around(packed(script, "/Type /O#62jStm /Fi#6cter /FlateDecode")), "active"],
  ["a packed script behind a false length and end", Buffer.from(around(packed(script)).toString("latin1").replace(/Length \d+/, "Length 2").replace("stream\n", "stream\r\n"), "latin1"), "active"],
  ["a packed script behind a word that ends objects", around(packed(script, "/X (endobj endstream) /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode")), "active"],
  ["objects packed twice", around(packed(script, "/Type /ObjStm /Filter [/FlateDecode /FlateDecode]", (data) => deflateSync(deflateSync(data)))), "unreadable"],
  ["objects packed another way", around(packed(script, "/Type /ObjStm /Filter /ASCIIHexDecode", (data) => Buffer.from(data.toString("hex")))), "unreadable"],
  ["objects that are not packed at all", around(packed(script, "/Type /ObjStm", (data) => data)), "unreadable"],
  ["objects that do not unpack", around(packed("", "/Type /ObjStm /Filter /FlateDecode", () => Buffer.from("nothing"))), "unreadable"],
  ["locked objects", around(packed("<< /Title (a) >>"), "<< /Root 1 0 R /Encrypt 9 0 R >>"), "unreadable"],
  ["a locked file whose objects are in the open", around("", "<< /Root 1 0 R /Encrypt 9 0 R >>"), "quiet"],
  ["a stream that unfolds without end", around(packed("", "/Type /ObjStm /Filter /FlateDecode", () => deflateSync(Buffer.alloc(20 * 1024 * 1024, "1 ")))), "unreadable"],
  ["more objects than a file has", around("1 0 obj 1 endobj ".repeat(200_001)), "unreadable"],
  ["objects that never end, one in the other", around("1 0 obj << /A ( ".repeat(20_000)), "unreadable"],
  ["brackets without end", Buffer.from(`%PDF-1.4 1 0 obj ${"< ".repeat(500_000)}`), "quiet"],
])("%s", async (_what, file, found) => {
  expect(await inspectPdf(file)).toBe(found);
});

test("what a common writer makes is quiet", async () => {
  const document = new PDFDocument({ compress: true });
  const chunks: Buffer[] = [];
  const whole = new Promise<Buffer>((resolve) => document.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => resolve(Buffer.concat(chunks))));
  document.text("A statement of account.").addPage().text("Page two.");
  document.outline.addItem("Page one");
  document.end();
  expect(await inspectPdf(await whole)).toBe("quiet");
});
