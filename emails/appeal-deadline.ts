import { facts, link, paragraph } from "./blocks";
import { lastDay } from "./locale";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";
import { oneLine } from "./text-safety";

export type DeadlineStep = "warned" | "urged" | "breached";

export interface AppealDeadlineProps {
  from: Letterhead;
  step: DeadlineStep;
  /** An account holder's appeal, or what a reporter objects to. */
  about?: "appeal" | "objection";
  reference: string;
  platform: string;
  /** Exclusive: the instant that starts the day after the last one. */
  dueBefore: Date;
  /** IANA zone of the platform's business calendar. */
  zone: string;
  reviewer: string | null;
  appealUrl: string;
}

const words = {
  en: {
    appeal: { name: "Appeal", running: "The time we promised for an answer to this appeal is running out.", over: "The time we promised for an answer to this appeal has passed. The breach stays on record. Rule on it now, or give it to somebody who can.", open: "Open the appeal" },
    objection: { name: "Objection", running: "The time we promised for an answer to this reporter’s objection is running out.", over: "The time we promised for an answer to this reporter’s objection has passed. The breach stays on record. Somebody other than who took the measure has to answer it now.", open: "Open the objection" },
    left: (days: number) => `${days} business days left`,
    overdue: "is overdue",
    due: (day: string) => `Due: ${day}.`,
    rows: { platform: "Platform", last: "Last day", reviewer: "Reviewer", nobody: "Nobody yet" },
  },
  es: {
    appeal: { name: "Apelación", running: "El plazo prometido para resolver esta apelación se acaba pronto.", over: "El plazo prometido para resolver esta apelación pasó. El incumplimiento queda registrado. Resuélvala ahora o désela a alguien que pueda.", open: "Abrir la apelación" },
    objection: { name: "Objeción", running: "El plazo prometido para responder a esta objeción se acaba pronto.", over: "El plazo prometido para responder a esta objeción pasó. El incumplimiento queda registrado. Debe responderla ahora alguien que no tomó la medida.", open: "Abrir la objeción" },
    left: (days: number) => `quedan ${days} días hábiles`,
    overdue: "está vencida",
    due: (day: string) => `Vence: ${day}.`,
    rows: { platform: "Plataforma", last: "Último día", reviewer: "La revisa", nobody: "Nadie todavía" },
  },
} as const;

const daysLeft = { warned: 5, urged: 2 } as const;

/** Tells colleagues that the time to rule on an appeal, or on a reporter's objection, runs out, or ran out (CF-AUP 7.3). */
export function appealDeadline({ from, step, about = "appeal", reference, platform, dueBefore, zone, reviewer, appealUrl }: AppealDeadlineProps): RenderedEmail {
  const said = words[from.locale];
  const { name, running, over, open } = said[about];
  const due = lastDay(dueBefore, zone, from.locale);
  return renderEmail(from, {
    subject: step === "breached" ? (from.locale === "es" ? `La ${name.toLowerCase()} ${reference} ${said.overdue}` : `${name} ${reference} ${said.overdue}`) : `${name} ${reference}: ${said.left(daysLeft[step])}`,
    preview: said.due(due),
    blocks: [
      paragraph(step === "breached" ? over : running),
      facts([
        [name, reference],
        [said.rows.platform, oneLine(platform)],
        [said.rows.last, due],
        ...(about === "appeal" ? [[said.rows.reviewer, reviewer === null ? said.rows.nobody : oneLine(reviewer)] as const] : []),
      ]),
      link(open, appealUrl),
    ],
  });
}
