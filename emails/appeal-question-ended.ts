import { facts, link, paragraph } from "./blocks";
import { instant, lastDay } from "./locale";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";

export interface AppealQuestionEndedProps {
  from: Letterhead;
  reference: string;
  /** Which question, by when it was asked: its words are in the message that asked it, and on the page. */
  askedAt: Date;
  /** Exclusive: the instant that starts the day after the last one of the review period, now that the clock goes on (CF-AUP 7.3). */
  dueBefore: Date;
  standingUrl: string;
}

/** Tells whoever appealed that nobody waits for their answer any more, and when the ruling is due now. */
export function appealQuestionEnded({ from, reference, askedAt, dueBefore, standingUrl }: AppealQuestionEndedProps): RenderedEmail {
  const asked = instant(askedAt, from.zone, from.locale);
  const due = lastDay(dueBefore, from.zone, from.locale);
  if (from.locale === "es")
    return renderEmail(from, {
      subject: `Ya no necesitamos su respuesta sobre la apelación ${reference}`,
      preview: `Seguimos revisando. Respondemos a más tardar: ${due}.`,
      blocks: [
        paragraph("Le hicimos una pregunta sobre su apelación. Ya no necesitamos la respuesta, y no contestar no le perjudica."),
        facts([["Referencia", reference], ["Preguntamos", asked], ["Respondemos a más tardar", due]]),
        paragraph("Nuestro plazo para resolver sigue corriendo. Mientras revisamos, todavía puede agregar lo que quiera que sepamos."),
        link("Ver su apelación", standingUrl),
      ],
    });
  return renderEmail(from, {
    subject: `We no longer need your answer about appeal ${reference}`,
    preview: `We go on with the review and will answer by ${due}.`,
    blocks: [
      paragraph("We asked you a question about your appeal. We no longer need the answer, and not having answered does not count against you."),
      facts([["Reference", reference], ["We asked", asked], ["We answer by", due]]),
      paragraph("Our time to decide runs again. While we review, you can still add anything you want us to know."),
      link("See your appeal", standingUrl),
    ],
  });
}
