import { fontFile, fontsPerWeight, type Weight } from "./fonts.server";
import { linesOf, runsOf } from "./text-runs";

export interface TextStyle {
  size: number;
  weight: Weight;
  colour: string;
}

interface KnowsItsGlyphs {
  _font: { font: { hasGlyphForCodePoint(codePoint: number): boolean } };
}

const joinsAnything = /^[\s\p{Mark}\u200D\uFE0F]+$/u;
const leading = 1.42;
/** How far below the top of its line a baseline stands, as a share of the size. */
const ascent = 1.05;

export const sheet = { width: 595.28, height: 841.89, left: 62, right: 62, top: 62, bottom: 78 } as const;
export const columnWidth = sheet.width - sheet.left - sheet.right;

/**
 * A page with a pen on it: knows how far down it has written, starts the next page when a line would not fit, and
 * tags what it writes so that a screen reader finds headings, rows and paragraphs.
 */
export class PageWriter {
  private y: number = sheet.top;
  private readonly choices = new Map<string, number>();
  private readonly widths = new Map<string, number>();
  private readonly registered = new Set<string>();
  private current = "";

  private constructor(readonly doc: PDFKit.PDFDocument) {}

  /** Loads what writes PDFs with the first page, so that a process that prints nothing starts sooner. */
  static async open(options: PDFKit.PDFDocumentOptions): Promise<PageWriter> {
    const { default: PDFDocument } = await import("pdfkit");
    return new PageWriter(new PDFDocument({ ...options, size: [sheet.width, sheet.height], margin: 0, font: "", bufferPages: true }));
  }

  get top(): number {
    return this.y;
  }

  moveTo(y: number): void {
    this.y = y;
  }

  skip(height: number): void {
    this.y += height;
  }

  /** Starts the next page unless `height` still fits on this one. */
  keep(height: number): boolean {
    if (this.y + height <= sheet.height - sheet.bottom) return false;
    this.nextPage();
    return true;
  }

  nextPage(): void {
    this.doc.addPage();
    this.y = sheet.top;
  }

  lineHeight(style: TextStyle): number {
    return style.size * leading;
  }

  lines(text: string, width: number, style: TextStyle): string[] {
    return linesOf(text, width, (part) => this.widthOf(part, style));
  }

  widthOf(line: string, style: TextStyle): number {
    const key = line.length <= 24 ? `${style.weight}:${style.size}:${line}` : null;
    const known = key === null ? undefined : this.widths.get(key);
    if (known !== undefined) return known;
    const width = this.runs(line, style).reduce((sum, run) => sum + this.runWidth(run, style), 0);
    if (key !== null) this.widths.set(key, width);
    return width;
  }

  /** One line with its left edge at `x` and its top at `y`. */
  drawLine(line: string, x: number, y: number, style: TextStyle, href?: string): void {
    const baseline = y + style.size * ascent;
    let left = x;
    this.doc.fillColor(style.colour);
    for (const run of this.runs(line, style)) {
      this.useFont(style, run.font);
      this.doc.text(run.text, left, baseline, { lineBreak: false, baseline: "alphabetic", ...featuresOf(run.rightToLeft) });
      left += this.runWidth(run, style);
    }
    if (href) this.doc.link(x, y, left - x, this.lineHeight(style), href);
  }

  rule(x: number, y: number, width: number, colour: string): void {
    this.artifact(() => this.doc.moveTo(x, y).lineTo(x + width, y).lineWidth(0.6).strokeColor(colour).stroke());
  }

  bar(x: number, from: number, to: number, colour: string): void {
    this.artifact(() => this.doc.moveTo(x, from).lineTo(x, to).lineWidth(2).strokeColor(colour).stroke());
  }

  /** What is on the page but not part of what it says: rules, page numbers. */
  artifact(draw: () => void, type: "Layout" | "Pagination" = "Layout"): void {
    this.doc.markContent("Artifact", { type });
    draw();
    this.doc.endMarkedContent();
  }

  private runs(line: string, style: TextStyle) {
    return runsOf(line, (grapheme, before) => this.fontFor(grapheme, before, style.weight));
  }

  private runWidth(run: { text: string; font: number; rightToLeft: boolean }, style: TextStyle): number {
    this.useFont(style, run.font);
    return this.doc.widthOfString(run.text, { lineBreak: false, ...featuresOf(run.rightToLeft) });
  }

  private useFont({ size, weight }: TextStyle, index: number): void {
    const name = `${weight}-${index}`;
    if (!this.registered.has(name)) {
      this.doc.registerFont(name, fontFile(weight, index));
      this.registered.add(name);
    }
    if (this.current !== name) this.doc.font(name);
    this.current = name;
    this.doc.fontSize(size);
  }

  /** The first font of the chain with every sign of the grapheme; the first of all draws an empty box for the rest. */
  private fontFor(grapheme: string, before: number | null, weight: Weight): number {
    if (joinsAnything.test(grapheme) && before !== null) return before;
    const key = `${weight}:${grapheme}`;
    const known = this.choices.get(key);
    if (known !== undefined) return known;
    const codePoints = [...grapheme].map((sign) => sign.codePointAt(0) ?? 0).filter((code) => code !== 0x200d && code !== 0xfe0f);
    let chosen = 0;
    for (let index = 0; index < fontsPerWeight; index += 1) {
      this.useFont({ size: 10, weight, colour: "" }, index);
      const { font } = (this.doc as unknown as KnowsItsGlyphs)._font;
      if (codePoints.every((code) => font.hasGlyphForCodePoint(code))) {
        chosen = index;
        break;
      }
    }
    this.choices.set(key, chosen);
    return chosen;
  }
}

/** With a feature named, a run is shaped as a whole and not word by word: words of a right-to-left run keep their order. */
const featuresOf = (rightToLeft: boolean): { features?: PDFKit.Mixins.OpenTypeFeatures[] } => (rightToLeft ? { features: ["kern"] } : {});
