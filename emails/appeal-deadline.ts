import { facts, link, paragraph } from "./blocks";
import { lastDay } from "./locale";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";
import { oneLine } from "./text-safety";

export type DeadlineStep = "warned" | "urged" | "breached";

export interface AppealDeadlineProps {
  from: Letterhead;
  step: DeadlineStep;
  reference: string;
  platform: string;
  /** Exclusive: the instant that starts the day after the last one. */
  dueBefore: Date;
  /** IANA zone of the platform's business calendar. */
  zone: string;
  reviewer: string | null;
  appealUrl: string;
}

const subjects: Record<"en" | "es", Record<DeadlineStep, (reference: string) => string>> = {
  en: {
    warned: (reference) => `Appeal ${reference}: 5 business days left`,
    urged: (reference) => `Appeal ${reference}: 2 business days left`,
    breached: (reference) => `Appeal ${reference} is overdue`,
  },
  es: {
    warned: (reference) => `Apelación ${reference}: quedan 5 días hábiles`,
    urged: (reference) => `Apelación ${reference}: quedan 2 días hábiles`,
    breached: (reference) => `La apelación ${reference} está vencida`,
  },
};

/** Tells colleagues that the time to rule on an appeal runs out, or ran out (CF-AUP 7.3). */
export function appealDeadline({ from, step, reference, platform, dueBefore, zone, reviewer, appealUrl }: AppealDeadlineProps): RenderedEmail {
  const due = lastDay(dueBefore, zone, from.locale);
  const subject = subjects[from.locale][step](reference);
  if (from.locale === "es")
    return renderEmail(from, {
      subject,
      preview: `Vence: ${due}.`,
      blocks: [
        paragraph(
          step === "breached"
            ? "El plazo prometido para resolver esta apelación pasó. El incumplimiento queda registrado. Resuélvala ahora o désela a alguien que pueda."
            : "El plazo prometido para resolver esta apelación se acaba pronto.",
        ),
        facts([["Apelación", reference], ["Plataforma", oneLine(platform)], ["Último día", due], ["La revisa", reviewer === null ? "Nadie todavía" : oneLine(reviewer)]]),
        link("Abrir la apelación", appealUrl),
      ],
    });
  return renderEmail(from, {
    subject,
    preview: `Due: ${due}.`,
    blocks: [
      paragraph(
        step === "breached"
          ? "The time we promised for an answer to this appeal has passed. The breach stays on record. Rule on it now, or give it to somebody who can."
          : "The time we promised for an answer to this appeal is running out.",
      ),
      facts([["Appeal", reference], ["Platform", oneLine(platform)], ["Last day", due], ["Reviewer", reviewer === null ? "Nobody yet" : oneLine(reviewer)]]),
      link("Open the appeal", appealUrl),
    ],
  });
}
