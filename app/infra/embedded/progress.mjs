/**
 * Shows a step while it runs: a line with the time it has taken so far in a terminal, a line at its beginning and
 * at its end elsewhere.
 *
 * @template T
 * @param {string} label
 * @param {(tell: (detail: string) => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(label, work) {
  const out = process.stdout;
  const began = Date.now();
  const seconds = () => ((Date.now() - began) / 1000).toFixed(1);
  let detail = "";
  const draw = () => out.write(`\r\u001B[2K  … ${label}${detail && ` – ${detail}`} ${seconds()} s`);
  const timer = out.isTTY ? setInterval(draw, 200) : setInterval(() => out.write(`    ${label}: still at it after ${seconds()} s${detail && ` (${detail})`}\n`), 15_000);
  if (out.isTTY) draw();
  else out.write(`  … ${label}\n`);
  let mark = "✗";
  try {
    const result = await work((text) => {
      detail = text;
    });
    mark = "✓";
    return result;
  } finally {
    clearInterval(timer);
    out.write(`${out.isTTY ? "\r\u001B[2K" : ""}  ${mark} ${label} (${seconds()} s)\n`);
  }
}

/** @typedef {typeof step} Step */
