import { Worker } from "node:worker_threads";

/** A page as it is looked at. */
export interface PdfPage {
  /** From 1 on. */
  number: number;
  width: number;
  height: number;
  text: string;
  /** Of each UTF-16 unit of the text four numbers – left, top, right, bottom – as parts of the page's width and height. */
  boxes: Float32Array;
  /** Red, green, blue and alpha; null where pages were only read. */
  pixels: Uint8Array | null;
}

export type PdfRead = { ok: true; pages: number } | { ok: false; reason: "unreadable" | "too_long" };

export interface PdfPages {
  /**
   * Gives the named pages to `take`, one after the other, drawn or only read. Numbers past the end are passed over.
   *
   * @returns how many pages there are; never throws for what stands in the file
   */
  each(bytes: Uint8Array, numbers: readonly number[], how: "read" | "draw", take: (page: PdfPage) => Promise<void> | void): Promise<PdfRead>;
}

/** Any PDF may come: one that takes more than this is not read. A thread's start is counted in. */
export const pdfBounds = { seconds: 30, memoryBytes: 384 * 1024 * 1024, heapMegabytes: 192, longestSide: 1_600, mostCharacters: 50_000, atOnce: 2 } as const;
export type PdfBounds = { readonly [name in keyof typeof pdfBounds]: number };

type Said = { kind: "open"; pages: number } | ({ kind: "page" } & PdfPage) | { kind: "end" } | { kind: "failed" };

/** PDFium in WebAssembly, each file in a thread of its own, so that neither its time nor its memory is the process's. */
export function openPdfPages(bounds: PdfBounds = pdfBounds): PdfPages {
  const waiting: (() => void)[] = [];
  let free = bounds.atOnce;
  const enter = () => (free > 0 ? Promise.resolve(void (free -= 1)) : new Promise<void>((go) => waiting.push(go)));
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    async each(bytes, numbers, how, take) {
      await enter();
      try {
        return await run(bytes, numbers, how, take, bounds);
      } finally {
        leave();
      }
    },
  };
}

function run(bytes: Uint8Array, numbers: readonly number[], how: "read" | "draw", take: (page: PdfPage) => Promise<void> | void, bounds: PdfBounds): Promise<PdfRead> {
  const { longestSide, memoryBytes, mostCharacters } = bounds;
  const worker = new Worker(new URL("./page-worker.mjs", import.meta.url), {
    workerData: { bytes, numbers: [...numbers], draw: how === "draw", longestSide, memoryBytes, mostCharacters },
    resourceLimits: { maxOldGenerationSizeMb: bounds.heapMegabytes },
    execArgv: [],
    env: {},
  });
  return new Promise<PdfRead>((resolve, reject) => {
    let pages = 0;
    const late = setTimeout(() => resolve({ ok: false, reason: "too_long" }), bounds.seconds * 1_000);
    worker.on("message", (said: Said) => {
      if (said.kind === "open") pages = said.pages;
      else if (said.kind === "failed") resolve({ ok: false, reason: "unreadable" });
      else if (said.kind === "end") resolve({ ok: true, pages });
      else Promise.resolve(take(said)).then(() => worker.postMessage("next"), reject);
    });
    // Whatever stops PDFium was in the file: it has nothing else.
    worker.on("error", () => resolve({ ok: false, reason: "unreadable" }));
    worker.on("exit", () => (clearTimeout(late), resolve({ ok: false, reason: "unreadable" })));
  }).finally(() => void worker.terminate());
}
