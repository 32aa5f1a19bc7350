import { facts, heading, link, list, paragraph, quote } from "./blocks";
import { instant } from "./locale";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";

export interface AppealPutAsideProps {
  from: Letterhead;
  /** Of the message, since there is no appeal. */
  reference: string;
  receivedAt: Date;
  /** Why, as a person wrote it for whoever sent it. */
  reason: string;
  /** The public form. */
  appealUrl: string;
}

/**
 * Tells whoever sent an appeal for which no measure was found that it is not filed, why, and what they can do. The sender is not
 * proven to hold an account, so it says nothing about any, and repeats nothing they wrote.
 */
export function appealPutAside({ from, reference, receivedAt, reason, appealUrl }: AppealPutAsideProps): RenderedEmail {
  const when = instant(receivedAt, from.zone, from.locale);
  if (from.locale === "es")
    return renderEmail(from, {
      subject: `No registramos su mensaje como apelación (${reference})`,
      preview: "Por qué, y qué puede hacer.",
      blocks: [
        paragraph("Una persona leyó su mensaje sobre una apelación. No lo registramos como apelación."),
        facts([["Referencia", reference], ["Recibido", when]]),
        heading("Por qué"),
        quote(reason),
        heading("Qué puede hacer"),
        list(["Use el enlace de nuestro aviso sobre la medida: lleva directamente a la apelación.", "O envíe el formulario de nuevo con el correo de la cuenta y la referencia de la medida.", "O responda a este mensaje si cree que nos equivocamos. Lo leerá una persona."]),
        link("Apelar con el formulario", appealUrl),
        paragraph("Si usted no envió ese mensaje, puede ignorar este correo."),
      ],
    });
  return renderEmail(from, {
    subject: `Your message was not filed as an appeal (${reference})`,
    preview: "Why, and what you can do.",
    blocks: [
      paragraph("A person read your message about an appeal. It was not filed as one."),
      facts([["Reference", reference], ["Received", when]]),
      heading("Why"),
      quote(reason),
      heading("What you can do"),
      list(["Use the link in our message about the measure: it leads straight to the appeal.", "Or send the form again, with the account's email address and the measure's reference.", "Or reply to this message if you think we are wrong. A person will read it."]),
      link("Appeal with the form", appealUrl),
      paragraph("If you did not send that message, you can ignore this mail."),
    ],
  });
}
