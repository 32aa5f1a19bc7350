import { facts, link, paragraph, quote } from "./blocks";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";

export interface AppealQuestionProps {
  from: Letterhead;
  reference: string;
  /** The question as the reviewer wrote it. */
  question: string;
  /** How many business days the clock waits at most. */
  waitBusinessDays: number;
  standingUrl: string;
}

/** Asks whoever appealed for something the review needs, and says what that does to the day of the answer. */
export function appealQuestion({ from, reference, question, waitBusinessDays, standingUrl }: AppealQuestionProps): RenderedEmail {
  if (from.locale === "es")
    return renderEmail(from, {
      subject: `Una pregunta sobre su apelación ${reference}`,
      preview: "Necesitamos algo más de usted para seguir.",
      blocks: [
        paragraph("Estamos revisando su apelación y necesitamos algo más de usted:"),
        quote(question),
        facts([["Referencia", reference], ["Esperamos su respuesta", waitBusinessDays === 1 ? "1 día hábil" : `${waitBusinessDays} días hábiles`]]),
        link("Responder o agregar archivos", standingUrl),
        paragraph("Mientras esperamos, nuestro plazo para resolver se detiene. En cuanto responda, sigue corriendo. Su página muestra la nueva fecha."),
        paragraph("Si no responde, seguimos con lo que tenemos. Su apelación no se pierde."),
      ],
    });
  return renderEmail(from, {
    subject: `A question about your appeal ${reference}`,
    preview: "We need something more from you to go on.",
    blocks: [
      paragraph("We are reviewing your appeal and need something more from you:"),
      quote(question),
      facts([["Reference", reference], ["We wait for you", waitBusinessDays === 1 ? "1 business day" : `${waitBusinessDays} business days`]]),
      link("Answer or add files", standingUrl),
      paragraph("While we wait, our time to decide stands still. It goes on as soon as you answer. Your page shows the new date."),
      paragraph("If you do not answer, we go on with what we have. Your appeal is not lost."),
    ],
  });
}
