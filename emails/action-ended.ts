import { facts, link, paragraph, quote } from "./blocks";
import { instant } from "./locale";
import { measureName, type Measure } from "./measures";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";
import { oneLine } from "./text-safety";

export interface ActionEndedProps {
  from: Letterhead;
  businessName: string;
  reference: string;
  kind: Measure["kind"];
  endedAt: Date;
  /** `reopened`: taken back, and the case is looked at again. */
  how: "expired" | "lifted" | "reversed" | "reopened";
  /** Why a person lifted it, written for the account holder; null when it ran out. */
  reason: string | null;
  standingUrl: string;
}

const how = {
  en: {
    expired: "It ended by itself on the date we gave you.",
    lifted: "A person on our team lifted it.",
    reversed: "We took our decision back. The strike that came with it no longer counts.",
    reopened: "We took our decision back, and the strike that came with it no longer counts. We are looking at the case again. If we decide anew, you will get a new statement of reasons.",
  },
  es: {
    expired: "Terminó sola en la fecha que le dimos.",
    lifted: "Una persona de nuestro equipo la levantó.",
    reversed: "Anulamos nuestra decisión. La falta que la acompañaba ya no cuenta.",
    reopened: "Anulamos nuestra decisión y la falta que la acompañaba ya no cuenta. Estamos revisando el caso otra vez. Si volvemos a decidir, recibirá una nueva declaración de motivos.",
  },
} as const;

/** Tells an account holder that a measure no longer applies. */
export function actionEnded({ from, businessName, reference, kind, endedAt, how: ending, reason, standingUrl }: ActionEndedProps): RenderedEmail {
  const es = from.locale === "es";
  const name = measureName(kind, from.locale);
  const reasonBlocks = reason ? [paragraph(es ? "El motivo:" : "The reason:"), quote(reason)] : [];
  return renderEmail(from, {
    subject: es ? `Terminó: ${name} (${reference})` : `Ended: ${name} (${reference})`,
    preview: es ? "La medida sobre su cuenta ya no se aplica." : "The measure on your account no longer applies.",
    blocks: [
      paragraph(
        es
          ? `Este mensaje es para la cuenta de ${oneLine(businessName)} en ${oneLine(from.platformName)}. La medida de abajo ya no se aplica. ${how.es[ending]}`
          : `This message is for the account of ${oneLine(businessName)} on ${oneLine(from.platformName)}. The measure below no longer applies. ${how.en[ending]}`,
      ),
      facts(
        es
          ? [["Medida", name], ["Referencia", reference], ["Terminó", instant(endedAt, from.zone, "es")]]
          : [["Measure", name], ["Reference", reference], ["Ended", instant(endedAt, from.zone, "en")]],
      ),
      ...reasonBlocks,
      link(es ? "Ver el estado de su cuenta" : "See your account's standing", standingUrl),
    ],
  });
}
