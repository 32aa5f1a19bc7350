import type { PdfBlock, PdfColumn, PdfDocumentInput } from "./pdf/pdf-block";
import { columnWidth, PageWriter, sheet, type TextStyle } from "./pdf/page-writer.server";
import { printable } from "./pdf/text-runs";

const ink = "#1c1f23";
const quiet = "#4a525c";
const hairline = "#c9ced6";
const accent = "#1f5fbf";

const styles = {
  title: { size: 19, weight: "bold", colour: ink },
  heading1: { size: 13.5, weight: "bold", colour: ink },
  heading2: { size: 11.5, weight: "bold", colour: ink },
  body: { size: 10, weight: "regular", colour: ink },
  label: { size: 10, weight: "bold", colour: ink },
  cell: { size: 9, weight: "regular", colour: ink },
  columnTitle: { size: 9, weight: "bold", colour: ink },
  link: { size: 10, weight: "regular", colour: accent },
  footer: { size: 8, weight: "regular", colour: quiet },
} as const satisfies Record<string, TextStyle>;

const pageOf: Record<string, (page: number, pages: number) => string> = {
  en: (page, pages) => `Page ${page} of ${pages}`,
  es: (page, pages) => `Página ${page} de ${pages}`,
};

/**
 * Prints blocks as a tagged PDF with a title, a language and page numbers (PDF/UA-1 in structure). Fonts for every
 * script we know are embedded, in subsets. The same input, date included, gives the same bytes.
 */
export async function renderPdf(input: PdfDocumentInput): Promise<Buffer> {
  const title = printable(input.title).replace(/\s+/g, " ").trim();
  const options = {
    pdfVersion: "1.7",
    subset: "PDF/UA",
    tagged: true,
    displayTitle: true,
    lang: input.language,
    info: { Title: title, CreationDate: input.date, ModDate: input.date, Producer: "Trust and safety console", Creator: "Trust and safety console", ...(input.author && { Author: printable(input.author) }) },
  };
  const writer = await PageWriter.open(options as PDFKit.PDFDocumentOptions);
  const bytes = collect(writer.doc);
  const root = writer.doc.struct("Document");
  writer.doc.addStructure(root);
  const pen = new BlockPen(writer, root);
  pen.title(title);
  for (const block of input.blocks) pen.write(block);
  root.end();
  numberPages(writer, input.language, printable(input.footer ?? title));
  writer.doc.end();
  return bytes;
}

function collect(doc: PDFKit.PDFDocument): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    doc.on("data", (chunk: Buffer) => chunks.push(chunk));
    doc.on("end", () => resolve(Buffer.concat(chunks)));
    doc.on("error", reject);
  });
}

function numberPages(writer: PageWriter, language: string, footer: string): void {
  const { count } = writer.doc.bufferedPageRange();
  const say = pageOf[language.slice(0, 2)] ?? pageOf.en;
  for (let page = 0; page < count; page += 1) {
    writer.doc.switchToPage(page);
    const y = sheet.height - 48;
    writer.rule(sheet.left, y - 8, columnWidth, hairline);
    writer.artifact(() => {
      const number = say?.(page + 1, count) ?? "";
      const width = writer.widthOf(number, styles.footer);
      const [words = ""] = writer.lines(footer, columnWidth - width - 24, styles.footer);
      writer.drawLine(words, sheet.left, y, styles.footer);
      writer.drawLine(number, sheet.left + columnWidth - width, y, styles.footer);
    }, "Pagination");
  }
}

type Parent = PDFKit.PDFStructureElement;

class BlockPen {
  constructor(
    private readonly page: PageWriter,
    private readonly root: Parent,
  ) {}

  title(text: string): void {
    this.text(this.child(this.root, "H1"), "H1", text, styles.title);
    this.page.skip(12);
  }

  write(block: PdfBlock): void {
    switch (block.type) {
      case "heading":
        return this.heading(block.text, block.level ?? 1);
      case "paragraph":
        return this.paragraph(block.text);
      case "quote":
        return this.quote(block.text);
      case "list":
        return this.list(block.items);
      case "facts":
        return this.facts(block.rows);
      case "link":
        return this.link(block.label, block.href);
      case "table":
        return this.table(block.columns, block.rows);
      case "page_break":
        return this.page.nextPage();
    }
  }

  private heading(text: string, level: 1 | 2): void {
    const style = level === 1 ? styles.heading1 : styles.heading2;
    this.page.skip(level === 1 ? 10 : 6);
    this.page.keep(this.page.lineHeight(style) + 3 * this.page.lineHeight(styles.body));
    const tag = level === 1 ? "H2" : "H3";
    this.text(this.child(this.root, tag), tag, text, style);
    this.page.skip(5);
  }

  private paragraph(text: string): void {
    this.text(this.child(this.root, "P"), "P", text, styles.body);
    this.page.skip(8);
  }

  private quote(text: string): void {
    const element = this.child(this.root, "BlockQuote");
    const height = this.page.lineHeight(styles.body);
    for (const line of this.page.lines(printable(text), columnWidth - 16, styles.body)) {
      this.page.keep(height);
      this.page.bar(sheet.left + 2, this.page.top, this.page.top + height, hairline);
      this.line(element, "BlockQuote", line, sheet.left + 16, styles.body);
    }
    element.end();
    this.page.skip(8);
  }

  private list(items: readonly string[]): void {
    const whole = this.child(this.root, "L");
    for (const item of items) {
      const row = this.child(whole, "LI");
      this.page.keep(this.page.lineHeight(styles.body));
      const top = this.page.top;
      const bullet = this.child(row, "Lbl");
      this.mark(bullet, "Lbl", () => this.page.drawLine("•", sheet.left + 4, top, styles.body));
      bullet.end();
      this.text(this.child(row, "LBody"), "LBody", item, styles.body, sheet.left + 18, columnWidth - 18);
      row.end();
      this.page.skip(3);
    }
    whole.end();
    this.page.skip(6);
  }

  private facts(rows: readonly { label: string; value: string }[]): void {
    const labels = columnWidth * 0.32;
    this.grid(
      [labels, columnWidth - labels],
      rows.map(({ label, value }) => [
        { text: label, style: styles.label, tag: "TH" },
        { text: value, style: styles.body, tag: "TD" },
      ]),
    );
  }

  private link(label: string, href: string): void {
    const element = this.child(this.root, "P");
    const height = this.page.lineHeight(styles.link);
    for (const [text, style] of [[label, styles.label], [href, styles.link]] as const)
      for (const line of this.page.lines(printable(text), columnWidth, style)) {
        this.page.keep(height);
        this.line(element, "P", line, sheet.left, style, style === styles.link ? href : undefined);
      }
    element.end();
    this.page.skip(8);
  }

  private table(columns: readonly PdfColumn[], rows: readonly (readonly string[])[]): void {
    const shares = columns.reduce((sum, column) => sum + (column.share ?? 1), 0);
    const head = columns.map(({ title }) => ({ text: title, style: styles.columnTitle, tag: "TH" }) as const);
    const body = rows.map((row) => columns.map((_, index) => ({ text: row[index] ?? "", style: styles.cell, tag: "TD" }) as const));
    this.grid(columns.map((column) => (columnWidth * (column.share ?? 1)) / shares), body, head);
  }

  /** Rows of cells with a hairline under each; a row moves to the next page whole where it fits on one. */
  private grid(widths: readonly number[], rows: readonly (readonly Cell[])[], head?: readonly Cell[]): void {
    const whole = this.child(this.root, "Table");
    if (head) this.row(whole, widths, head);
    for (const row of rows) {
      const height = Math.max(...this.cellLines(widths, row).map((lines, index) => lines.length * this.page.lineHeight(row[index]?.style ?? styles.cell))) + 9;
      if (height < sheet.height - sheet.top - sheet.bottom && this.page.keep(height) && head) this.repeatHead(widths, head);
      this.row(whole, widths, row);
    }
    whole.end();
    this.page.skip(10);
  }

  private cellLines(widths: readonly number[], row: readonly Cell[]): string[][] {
    return row.map((cell, index) => this.page.lines(printable(cell.text), (widths[index] ?? 0) - 10, cell.style));
  }

  private row(whole: Parent, widths: readonly number[], row: readonly Cell[]): void {
    const element = this.child(whole, "TR");
    const cells = this.cellLines(widths, row).map((lines, index) => ({ lines, style: row[index]?.style ?? styles.cell, element: this.child(element, row[index]?.tag ?? "TD"), tag: row[index]?.tag ?? "TD" }));
    const lineCount = Math.max(...cells.map(({ lines }) => lines.length));
    const height = Math.max(...cells.map(({ style }) => this.page.lineHeight(style)));
    for (let line = 0; line < lineCount; line += 1) {
      this.page.keep(height);
      let x = sheet.left;
      cells.forEach((cell, index) => {
        const text = cell.lines[line];
        const left = x;
        if (text) this.mark(cell.element, cell.tag, () => this.page.drawLine(text, left, this.page.top, cell.style));
        x += widths[index] ?? 0;
      });
      this.page.skip(height);
    }
    for (const cell of cells) cell.element.end();
    element.end();
    this.page.rule(sheet.left, this.page.top + 3, columnWidth, hairline);
    this.page.skip(7);
  }

  /** The columns' names on a following page are for the eye; a screen reader heard them once. */
  private repeatHead(widths: readonly number[], head: readonly Cell[]): void {
    const lines = this.cellLines(widths, head);
    const height = this.page.lineHeight(styles.columnTitle);
    this.page.artifact(() => {
      let x = sheet.left;
      lines.forEach((cell, index) => {
        cell.forEach((line, row) => this.page.drawLine(line, x, this.page.top + row * height, styles.columnTitle));
        x += widths[index] ?? 0;
      });
    });
    this.page.skip(Math.max(...lines.map((cell) => cell.length)) * height);
    this.page.rule(sheet.left, this.page.top + 3, columnWidth, hairline);
    this.page.skip(7);
  }

  private text(element: Parent, tag: string, text: string, style: TextStyle, x: number = sheet.left, width: number = columnWidth): void {
    for (const line of this.page.lines(printable(text), width, style)) {
      this.page.keep(this.page.lineHeight(style));
      this.line(element, tag, line, x, style);
    }
    element.end();
  }

  private line(element: Parent, tag: string, line: string, x: number, style: TextStyle, href?: string): void {
    if (line !== "") this.mark(element, tag, () => this.page.drawLine(line, x, this.page.top, style, href));
    this.page.skip(this.page.lineHeight(style));
  }

  private child(parent: Parent, tag: string): Parent {
    const element = this.page.doc.struct(tag);
    parent.add(element);
    return element;
  }

  private mark(element: Parent, tag: string, draw: () => void): void {
    element.add(this.page.doc.markStructureContent(tag));
    draw();
    this.page.doc.endMarkedContent();
  }
}

interface Cell {
  text: string;
  style: TextStyle;
  tag: "TH" | "TD";
}
