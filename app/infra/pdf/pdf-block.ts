/**
 * What a PDF may be made of. The shapes of mail blocks are a part of these, so a letter can be printed as it was
 * sent; a table and a page break are for documents that mails do not carry.
 */
export type PdfBlock =
  | { type: "heading"; text: string; level?: 1 | 2 }
  | { type: "paragraph"; text: string }
  | { type: "facts"; rows: readonly { label: string; value: string }[] }
  | { type: "list"; items: readonly string[] }
  | { type: "quote"; text: string }
  | { type: "link"; label: string; href: string }
  | { type: "table"; columns: readonly PdfColumn[]; rows: readonly (readonly string[])[] }
  | { type: "page_break" };

export interface PdfColumn {
  title: string;
  /** Share of the width beside the other columns'; 1 where nothing is said. */
  share?: number;
}

export interface PdfDocumentInput {
  title: string;
  /** BCP 47; what a screen reader speaks. */
  language: string;
  blocks: readonly PdfBlock[];
  /** Written into the file in place of the time of rendering: the same input and date give the same bytes. */
  date: Date;
  author?: string;
  /** Stands beside the page number on every page. */
  footer?: string;
}
