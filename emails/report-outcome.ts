import { facts, link, paragraph } from "./blocks";
import { instant } from "./locale";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";

export const reportOutcomes = ["action_taken", "no_violation", "insufficient_evidence", "out_of_scope", "already_handled"] as const;
export type ToldOutcome = (typeof reportOutcomes)[number];

export interface ReportOutcomeProps {
  from: Letterhead;
  reference: string;
  decidedAt: Date;
  outcome: ToldOutcome;
  statusUrl: string;
}

const told = {
  en: {
    action_taken: "We found that our policies were broken, and we acted. We keep the details of what we did between us and the account.",
    no_violation: "We looked at what you sent and at what we could see ourselves. We did not find that our policies were broken.",
    insufficient_evidence: "We could not tell from what we have whether our policies were broken. If you can add evidence, use the link below and we will look again.",
    out_of_scope: "What you describe is not something our policies cover, or it did not happen on our service. We cannot act on it.",
    already_handled: "We had already decided about the same events when your report arrived. We added your report to that record.",
  },
  es: {
    action_taken: "Comprobamos que no se respetaron nuestras políticas y tomamos medidas. Los detalles quedan entre nosotros y la cuenta.",
    no_violation: "Revisamos lo que usted envió y lo que pudimos ver. No encontramos que se hayan roto nuestras políticas.",
    insufficient_evidence: "Con lo que tenemos no pudimos saber si se rompieron nuestras políticas. Si puede agregar pruebas, use el enlace de abajo y lo revisaremos otra vez.",
    out_of_scope: "Lo que usted describe no está cubierto por nuestras políticas o no ocurrió en nuestro servicio. No podemos actuar.",
    already_handled: "Ya habíamos decidido sobre los mismos hechos cuando llegó su reporte. Lo agregamos a ese expediente.",
  },
} as const;

/** Tells a reporter how the report ended (DOMAIN: everyone hears back) and nothing about the account or other reporters. */
export function reportOutcome({ from, reference, decidedAt, outcome, statusUrl }: ReportOutcomeProps): RenderedEmail {
  const when = instant(decidedAt, from.zone, from.locale);
  if (from.locale === "es")
    return renderEmail(from, {
      subject: `Resultado de su reporte ${reference}`,
      preview: "Ya revisamos su reporte.",
      blocks: [
        paragraph("Una persona de nuestro equipo revisó su reporte."),
        facts([["Referencia", reference], ["Decidido", when]]),
        paragraph(told.es[outcome]),
        link("Ver su reporte", statusUrl),
        paragraph("Gracias por ayudarnos. Si cree que nos falta información, agréguela en la misma página."),
      ],
    });
  return renderEmail(from, {
    subject: `The outcome of your report ${reference}`,
    preview: "We have reviewed your report.",
    blocks: [
      paragraph("A person on our team has reviewed your report."),
      facts([["Reference", reference], ["Decided", when]]),
      paragraph(told.en[outcome]),
      link("See your report", statusUrl),
      paragraph("Thank you for helping us. If you think we are missing something, you can add it on the same page."),
    ],
  });
}
