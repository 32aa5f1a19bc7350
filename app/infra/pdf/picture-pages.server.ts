/** A picture that fills its page, or a note on a page of its own. */
export type PictureSheet = { jpeg: Buffer; width: number; height: number } | { note: string };

/** As long as a sheet of A4, in points. */
const longest = 842;

/** A PDF of pictures and notes, and of nothing else: no text but the notes', no fonts, no data of where it came from. */
export async function picturePages(title: string, date: Date, sheets: readonly PictureSheet[]): Promise<Buffer> {
  const { default: PDFDocument } = await import("pdfkit");
  return new Promise((resolve, reject) => {
    const producer = "Trust and safety console";
    const doc = new PDFDocument({ autoFirstPage: false, margin: 0, info: { Title: title, CreationDate: date, ModDate: date, Producer: producer, Creator: producer } });
    const chunks: Buffer[] = [];
    doc.on("data", (chunk: Buffer) => chunks.push(chunk));
    doc.on("end", () => resolve(Buffer.concat(chunks)));
    doc.on("error", reject);
    for (const sheet of sheets) {
      if ("note" in sheet) {
        doc.addPage({ size: "A4", margin: 72 }).fontSize(14).text(sheet.note, { align: "center" });
        continue;
      }
      const scale = longest / Math.max(sheet.width, sheet.height);
      const [width, height] = [sheet.width * scale, sheet.height * scale];
      doc.addPage({ size: [width, height], margin: 0 }).image(sheet.jpeg, 0, 0, { width, height });
    }
    doc.end();
  });
}
