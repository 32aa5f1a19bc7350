import { facts, link, paragraph } from "./blocks";
import { instant, lastDay } from "./locale";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";

export interface AppealDelayedProps {
  from: Letterhead;
  reference: string;
  filedAt: Date;
  /** Exclusive: the instant that starts the day after the last one of the review period (CF-AUP 7.3). */
  dueBefore: Date;
  standingUrl: string;
}

/** Tells whoever appealed that the promised time has passed without an answer, and that nothing is lost by it. */
export function appealDelayed({ from, reference, filedAt, dueBefore, standingUrl }: AppealDelayedProps): RenderedEmail {
  const filed = instant(filedAt, from.zone, from.locale);
  const due = lastDay(dueBefore, from.zone, from.locale);
  if (from.locale === "es")
    return renderEmail(from, {
      subject: `Nuestra respuesta a su apelación ${reference} se retrasa`,
      preview: "Su apelación sigue abierta. No tiene que hacer nada.",
      blocks: [
        paragraph("Le prometimos responder a su apelación en un plazo que ya pasó, y todavía no hemos terminado. Lo sentimos."),
        facts([["Referencia", reference], ["Presentada", filed], ["Prometimos responder a más tardar", due]]),
        paragraph("Su apelación sigue abierta y el retraso no le perjudica. Avisamos a las personas responsables, y el retraso queda registrado. Le escribiremos en cuanto haya una respuesta."),
        link("Ver su apelación", standingUrl),
      ],
    });
  return renderEmail(from, {
    subject: `Our answer to your appeal ${reference} is late`,
    preview: "Your appeal is still open. You do not have to do anything.",
    blocks: [
      paragraph("The time in which we promised to answer your appeal has passed, and we have not finished. We are sorry."),
      facts([["Reference", reference], ["Filed", filed], ["We promised to answer by", due]]),
      paragraph("Your appeal is still open, and the delay does not count against you. The people responsible have been told, and the delay stays on record. We will write to you as soon as there is an answer."),
      link("See your appeal", standingUrl),
    ],
  });
}
