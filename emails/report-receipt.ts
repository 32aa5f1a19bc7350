import { facts, link, list, paragraph } from "./blocks";
import { instant } from "./locale";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";

export interface ReportReceiptProps {
  from: Letterhead;
  reference: string;
  receivedAt: Date;
  /** The private status page. Whoever holds the link can read it, so the mail says so. */
  statusUrl: string;
  /** While this reporter's reports are set aside: until when. */
  setAsideUntil?: Date;
}

/**
 * Tells a reporter that the report arrived. It repeats nothing the reporter typed: anybody can put a stranger's
 * address into the form, and this mail must not carry words to them.
 */
export function reportReceipt({ from, reference, receivedAt, statusUrl, setAsideUntil }: ReportReceiptProps): RenderedEmail {
  const when = instant(receivedAt, from.zone, from.locale);
  const until = setAsideUntil && instant(setAsideUntil, from.zone, from.locale);
  if (from.locale === "es")
    return renderEmail(from, {
      subject: `Recibimos su reporte ${reference}`,
      preview: `Su referencia es ${reference}. Guarde este mensaje.`,
      blocks: [
        paragraph(until ? `Recibimos su reporte y lo guardamos. Como le avisamos, sus reportes nuevos quedan en espera hasta el ${until}.` : "Gracias por avisarnos. Recibimos su reporte y una persona lo va a revisar."),
        facts([["Referencia", reference], ["Recibido", when]]),
        link("Ver el estado de su reporte", statusUrl),
        paragraph("Este enlace es privado. Quien lo tenga puede ver el estado y agregar pruebas, así que no lo comparta."),
        ...(until
          ? []
          : [
              paragraph("Qué pasa ahora:"),
              list(["Leemos su reporte y lo que adjuntó.", "Si nos falta algo, se lo preguntamos en esta dirección.", "Cuando decidamos, le contamos el resultado."]),
            ]),
        paragraph("No le decimos a la empresa reportada quién la reportó."),
        paragraph("Si usted no envió este reporte, puede ignorar este mensaje o responder para avisarnos."),
      ],
    });
  return renderEmail(from, {
    subject: `We received your report ${reference}`,
    preview: `Your reference is ${reference}. Please keep this message.`,
    blocks: [
      paragraph(until ? `Your report has arrived and we keep it. As we told you, new reports of yours are set aside until ${until}.` : "Thank you for telling us. Your report has arrived and a person will review it."),
      facts([["Reference", reference], ["Received", when]]),
      link("See the status of your report", statusUrl),
      paragraph("This link is private. Anyone who has it can see the status and add evidence, so please do not share it."),
      ...(until
        ? []
        : [
            paragraph("What happens next:"),
            list(["We read your report and anything you attached.", "If something is missing, we ask you at this address.", "When we have decided, we tell you the outcome."]),
          ]),
      paragraph("We do not tell the business you reported who reported it."),
      paragraph("If you did not send this report, you can ignore this message or reply to let us know."),
    ],
  });
}
