import { facts, link, paragraph } from "./blocks";
import { instant, lastDay } from "./locale";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";

export interface AppealReceiptProps {
  from: Letterhead;
  reference: string;
  filedAt: Date;
  /** Exclusive: the instant that starts the day after the last one of the review period (CF-AUP 7.3). */
  dueBefore: Date;
  reviewBusinessDays: number;
  late: boolean;
  /** When the measure had ended, if it had: nothing "stays in place" then. */
  endedAt?: Date | null;
  /** It came by the public form, which anybody can send: the account holder is asked whether it is theirs. */
  unconfirmed?: boolean;
  standingUrl: string;
}

/** Confirms an appeal and names the day by which it will be decided (CF-AUP 7.3). */
export function appealReceipt(props: AppealReceiptProps): RenderedEmail {
  const { from, reference } = props;
  const filed = instant(props.filedAt, from.zone, from.locale);
  const due = lastDay(props.dueBefore, from.zone, from.locale);
  if (from.locale === "es")
    return renderEmail(from, {
      subject: `Recibimos su apelación ${reference}`,
      preview: `Respondemos a más tardar: ${due}.`,
      blocks: [
        paragraph("Recibimos su apelación. La revisará alguien que no participó en la decisión."),
        facts([["Referencia", reference], ["Presentada", filed], ["Respondemos a más tardar", `${due}, ${props.reviewBusinessDays} días hábiles después de presentarla`]]),
        ...(props.late ? [paragraph("Su apelación llegó después del plazo. La aceptamos como tardía. Una persona puede rechazarla por eso, y entonces le dirá el motivo.")] : []),
        paragraph(`${props.endedAt ? `La medida terminó: ${instant(props.endedAt, from.zone, from.locale)}. Revisamos si fue correcta.` : "La medida sigue vigente mientras revisamos."} Puede retirar la apelación o ver su estado en cualquier momento.`),
        ...(props.unconfirmed
          ? [paragraph("Esta apelación llegó por nuestro formulario público. Abra su página y díganos si la envió usted. Si no fue usted, puede retirarla allí. La revisamos aunque no conteste.")]
          : []),
        link(props.unconfirmed ? "Ver y confirmar su apelación" : "Ver su apelación", props.standingUrl),
      ],
    });
  return renderEmail(from, {
    subject: `We received your appeal ${reference}`,
    preview: `We will answer by ${due}.`,
    blocks: [
      paragraph("We have received your appeal. Someone who had no part in the decision will review it."),
      facts([["Reference", reference], ["Filed", filed], ["We answer by", `${due}, ${props.reviewBusinessDays} business days after you filed`]]),
      ...(props.late ? [paragraph("Your appeal came after the time limit. We have accepted it as late. A person may turn it down for that, and will then tell you why.")] : []),
      paragraph(`${props.endedAt ? `The measure ended on ${instant(props.endedAt, from.zone, from.locale)}. We review whether it was right.` : "The measure stays in place while we review."} You can see your appeal or withdraw it at any time.`),
      ...(props.unconfirmed
        ? [paragraph("This appeal came by our public form. Open your page and tell us whether you sent it. If you did not, you can take it back there. We review it even if you do not answer.")]
        : []),
      link(props.unconfirmed ? "See and confirm your appeal" : "See your appeal", props.standingUrl),
    ],
  });
}
