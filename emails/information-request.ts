import { facts, link, paragraph, quote } from "./blocks";
import { lastDay } from "./locale";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";

export interface InformationRequestProps {
  from: Letterhead;
  reference: string;
  /** The question as staff wrote it. */
  question: string;
  /** Exclusive; null when there is no date. */
  answerBefore: Date | null;
  statusUrl: string;
}

/** Asks a reporter for something the investigation needs. */
export function informationRequest({ from, reference, question, answerBefore, statusUrl }: InformationRequestProps): RenderedEmail {
  const until = answerBefore && lastDay(answerBefore, from.zone, from.locale);
  if (from.locale === "es")
    return renderEmail(from, {
      subject: `Una pregunta sobre su reporte ${reference}`,
      preview: "Necesitamos algo más para seguir.",
      blocks: [
        paragraph("Estamos revisando su reporte y necesitamos algo más de usted:"),
        quote(question),
        facts([["Referencia", reference], ...(until ? ([["Responda antes de", until]] as const) : [])]),
        link("Responder o agregar pruebas", statusUrl),
        paragraph("Si no responde, seguimos con lo que tenemos. La empresa reportada no sabrá quién respondió."),
      ],
    });
  return renderEmail(from, {
    subject: `A question about your report ${reference}`,
    preview: "We need something more from you to go on.",
    blocks: [
      paragraph("We are looking into your report and need something more from you:"),
      quote(question),
      facts([["Reference", reference], ...(until ? ([["Please answer by", until]] as const) : [])]),
      link("Answer or add evidence", statusUrl),
      paragraph("If you do not answer, we go on with what we have. The business you reported will not learn who answered."),
    ],
  });
}
