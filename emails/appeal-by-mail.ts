import { facts, link, paragraph } from "./blocks";
import { instant } from "./locale";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";

export interface AppealByMailProps {
  from: Letterhead;
  /** Of the message, since there is no appeal yet. */
  reference: string;
  receivedAt: Date;
  /** Private: where it stands. */
  statusUrl: string;
  /** The public form. */
  appealUrl: string;
}

/**
 * Tells whoever sent an appeal that fits no single measure that a person looks for the measure it is against. The sender is not proven to hold an account,
 * so it says the same whether there is one or not, and repeats nothing they wrote.
 */
export function appealByMail({ from, reference, receivedAt, statusUrl, appealUrl }: AppealByMailProps): RenderedEmail {
  const when = instant(receivedAt, from.zone, from.locale);
  if (from.locale === "es")
    return renderEmail(from, {
      subject: `Recibimos su mensaje sobre una apelación (${reference})`,
      preview: `Su referencia es ${reference}. Una persona lo va a leer.`,
      blocks: [
        paragraph("Recibimos su mensaje. Una persona lo va a leer y buscará la medida de la que trata."),
        facts([["Referencia", reference], ["Recibido", when]]),
        paragraph("Cuenta el día en que llegó su mensaje. Cuando registremos la apelación, lo confirmamos en las direcciones que tenemos de la cuenta."),
        link("Ver cómo va", statusUrl),
        paragraph("Es más rápido con el enlace de nuestro aviso sobre la medida, o si escribe desde una dirección de la cuenta y nombra la referencia de la medida."),
        link("Apelar con el formulario", appealUrl),
        paragraph("Si usted no envió este mensaje, puede ignorar este correo."),
      ],
    });
  return renderEmail(from, {
    subject: `We received your message about an appeal (${reference})`,
    preview: `Your reference is ${reference}. A person will read it.`,
    blocks: [
      paragraph("Your message has arrived. A person will read it and look for the measure it is about."),
      facts([["Reference", reference], ["Received", when]]),
      paragraph("The day your message arrived is the day that counts. When the appeal is filed, we confirm it at the addresses we have for the account."),
      link("See where it stands", statusUrl),
      paragraph("It is quicker with the link in our message about the measure, or if you write from an address of the account and name the measure's reference."),
      link("Appeal with the form", appealUrl),
      paragraph("If you did not send this message, you can ignore this mail."),
    ],
  });
}
