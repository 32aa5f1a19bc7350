import type { PdfBlock } from "~/infra/pdf/pdf-block";
import { absoluteTime } from "~/components/time-format";
import { measureName } from "#emails/measures";
import type { ActionKind } from "../enforcement/measure";
import { printedLetter } from "../notices/printed-letter";
import type { Language } from "./sla";

/** A statement as it was sent, and what became of the decision since. */
export interface PrintedStatement {
  subject: string;
  text: string;
  language: Language;
  zone: string;
  decisionState: string;
  undoneAt: string | null;
  successor: { reference: string; kind: ActionKind; endsAt: string | null } | null;
}

const words = {
  en: {
    link: "the link in our message to you.",
    reversed: (on: string) => `This decision was reversed${on ? ` on ${on}` : ""}. It no longer counts. What follows is the statement as it was sent.`,
    modified: (on: string, measure: string) => `This decision was changed${on ? ` on ${on}` : ""}${measure ? `. In its place: ${measure}` : ""}. What follows is the statement as it was sent.`,
    until: (measure: string, reference: string, until: string) => `${measure} (${reference})${until ? ` until ${until}` : ""}`,
  },
  es: {
    link: "el enlace en el mensaje que le enviamos.",
    reversed: (on: string) => `Esta decisión se anuló${on ? ` el ${on}` : ""}. Ya no cuenta. Lo que sigue es la notificación tal como se envió.`,
    modified: (on: string, measure: string) => `Esta decisión se cambió${on ? ` el ${on}` : ""}${measure ? `. En su lugar: ${measure}` : ""}. Lo que sigue es la notificación tal como se envió.`,
    until: (measure: string, reference: string, until: string) => `${measure} (${reference})${until ? ` hasta el ${until}` : ""}`,
  },
} as const;

/**
 * How what a statement told stands now. A decision that a ruling changed still stands as its milder measure has it, so that
 * measure's own statement is not headed by a change; a measure that gave way to another is.
 */
export const stateTold = (decisionState: string, actionState: string, replaced: boolean): string =>
  decisionState === "reversed" || actionState === "reversed" ? "reversed" : replaced ? "modified" : "in_effect";

/** What replaced the decision, in a sentence; null while it stands. */
export function sinceThen({ decisionState, undoneAt, successor, language, zone }: Omit<PrintedStatement, "subject" | "text">): string | null {
  const say = words[language];
  const on = undoneAt ? absoluteTime(undoneAt, zone, language) : "";
  if (decisionState === "reversed") return say.reversed(on);
  if (decisionState !== "modified") return null;
  const measure = successor ? say.until(measureName(successor.kind, language), successor.reference, successor.endsAt ? absoluteTime(successor.endsAt, zone, language) : "") : "";
  return say.modified(on, measure);
}

export function statementBlocks(statement: PrintedStatement, maskedToken: string): PdfBlock[] {
  const since = sinceThen(statement);
  return [...(since ? [{ type: "quote", text: since } as const] : []), ...printedLetter(statement.text, { maskedToken, linkInstead: words[statement.language].link })];
}
