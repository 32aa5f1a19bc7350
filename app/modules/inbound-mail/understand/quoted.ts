import type { ParsedMessage } from "../parsed-message";

/** A message inside a mail: one answered to, or one passed on. */
export interface InnerMessage {
  how: "quoted" | "forwarded" | "enclosed";
  from: string | null;
  subject: string | null;
  date: string | null;
  text: string;
}

export interface PulledApart {
  /** The sender's own words, without what they answer to or pass on. */
  own: string;
  inner: InnerMessage[];
}

const forwardMark =
  /^[>\s]*(?:-{2,}\s*(?:forwarded message|original message|mensaje reenviado|mensaje original|message transféré|message d['’]origine|weitergeleitete nachricht|ursprüngliche nachricht|messaggio inoltrato|messaggio originale|mensagem encaminhada|mensagem original|пересылаемое сообщение|doorgestuurd bericht|oorspronkelijk bericht)\s*-{2,}|begin forwarded message:|inicio del mensaje reenviado:|-{5,}\s*forwarded by .{1,200}|_{20,})\s*$/i;
const answerLine = /^[ \t]*(?:on\b.{3,300}\bwrote|el\b.{3,300}\bescribi[óo]|le\b.{3,300}\ba écrit|am\b.{3,300}\bschrieb.{0,200}|il\b.{3,300}\bha scritto|em\b.{3,300}\bescreveu|op\b.{3,300}\bschreef.{0,200}|\S.{0,200}\s(?:wrote|escribió|написал\(?а?\)?))\s*:\s*$/i;
const innerHeader = /^[>\s]*\*?(from|de|von|da|от|sent|enviado|date|fecha|datum|gesendet|envoyé|subject|asunto|betreff|objet|oggetto|assunto|тема|to|para|an|à|cc)\*?\s*:\*?\s*(.*)$/i;
/** What such lines begin and end with, looked for first: most lines are none. */
const mayBeMark = /^[>\s]*[-_bi]/i;
const mayAnswer = /:\s*$/;
const most = { inner: 10, lines: 20_000 } as const;

/** Pulls apart what the sender wrote, what they quote and what they pass on; enclosed messages stand beside. */
export function pullApart(message: ParsedMessage): PulledApart {
  const lines = message.text.split("\n", most.lines).map((line) => (line.length > 2_000 ? line.slice(0, 2_000) : line));
  const own: string[] = [];
  const inner: InnerMessage[] = [];
  for (let at = 0; at < lines.length; ) {
    const start = at;
    let opening = 0;
    const line = lines[at]!;
    if (isForwardMark(line) && hasHeaders(lines, at + 1)) {
      const { found, next } = readForwarded(lines, at + 1, /original|origine|ursprüngl|originale|oorspronk|_{20}/i.test(line) ? "quoted" : "forwarded");
      inner.push(found);
      at = next;
    } else if ((opening = answerAt(lines, at)) > 0) {
      const { found, next } = readQuoted(lines, at + opening, lines.slice(at, at + opening).join(" "));
      inner.push(found);
      at = next;
    } else if (/^\s*>/.test(line)) {
      const { found, next } = readQuoted(lines, at, null);
      inner.push(found);
      at = next;
    } else {
      own.push(line);
      at += 1;
    }
    if (at === start) at += 1;
  }
  for (const { embedded } of message.parts) {
    if (embedded) inner.push({ how: "enclosed", from: embedded.from[0]?.address ?? null, subject: embedded.subject || null, date: embedded.date, text: embedded.text });
  }
  return { own: own.join("\n").replace(/\n{3,}/g, "\n\n").trim(), inner: inner.filter(({ text, from, subject }) => text.trim() !== "" || from || subject).slice(0, most.inner) };
}

const isForwardMark = (line: string): boolean => mayBeMark.test(line) && forwardMark.test(line);
const opensAnswer = (line: string): boolean => mayAnswer.test(line) && answerLine.test(line);

/** How many lines introduce a quotation here: an "On … wrote:" may be broken in two. */
function answerAt(lines: readonly string[], at: number): number {
  const [first, second = "", third = ""] = [lines[at]!, lines[at + 1], lines[at + 2]];
  if (opensAnswer(first) && (/^\s*>/.test(second) || (second.trim() === "" && /^\s*>/.test(third)))) return 1;
  return first.trim() !== "" && first.length < 200 && mayAnswer.test(second) && answerLine.test(`${first} ${second}`) && (/^\s*>/.test(third) || third.trim() === "") && !/^\s*>/.test(first) ? 2 : 0;
}

function hasHeaders(lines: readonly string[], at: number): boolean {
  return lines.slice(at, at + 4).filter((line) => innerHeader.test(line)).length >= 1;
}

/** Everything after a mark that says so belongs to what was passed on. */
function readForwarded(lines: readonly string[], at: number, how: "quoted" | "forwarded"): { found: InnerMessage; next: number } {
  const head = new Map<string, string>();
  let next = at;
  for (; next < lines.length; next += 1) {
    const line = lines[next]!;
    const header = innerHeader.exec(line);
    if (header) head.set(header[1]!.toLowerCase(), header[2]!.trim());
    else if (line.replace(/[>\s]/g, "") !== "" || head.size > 0) break;
  }
  const rest = lines.slice(next);
  const end = rest.findIndex((line, index) => index > 0 && isForwardMark(line) && hasHeaders(rest, index + 1));
  const body = end < 0 ? rest : rest.slice(0, end);
  return { found: { how, ...named(head), text: unquoted(body) }, next: next + body.length };
}

function readQuoted(lines: readonly string[], at: number, opening: string | null): { found: InnerMessage; next: number } {
  let next = at;
  while (next < lines.length && (/^\s*>/.test(lines[next]!) || (lines[next]!.trim() === "" && /^\s*>/.test(lines[next + 1] ?? "")))) next += 1;
  const from = opening && /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/.exec(opening)?.[0];
  return { found: { how: "quoted", from: from ?? null, subject: null, date: null, text: unquoted(lines.slice(at, next)) }, next };
}

const unquoted = (lines: readonly string[]): string => lines.map((line) => line.replace(/^\s*>+ ?/, "")).join("\n").trim();

function named(head: ReadonlyMap<string, string>) {
  const first = (...names: string[]) => names.map((name) => head.get(name)).find((value) => value) ?? null;
  return {
    from: first("from", "de", "von", "da", "от"),
    subject: first("subject", "asunto", "betreff", "objet", "oggetto", "assunto", "тема"),
    date: first("date", "sent", "fecha", "enviado", "datum", "gesendet", "envoyé"),
  };
}
