import { facts, heading, link, paragraph, quote } from "./blocks";
import { interimReasons, type InterimReasons } from "./interim-reasons";
import { instant } from "./locale";
import { measureRows, type Measure } from "./measures";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";
import { oneLine } from "./text-safety";

export interface InterimMeasureProps {
  from: Letterhead;
  businessName: string;
  reference: string;
  takenAt: Date;
  /** false: the measure stood already and now lasts longer. */
  isNew: boolean;
  measure: Measure;
  /** What is known and why it cannot wait, as staff wrote it for the account holder. */
  reason: string;
  policyArea: string;
  standingUrl: string;
  /** Null: of a measure from before these were kept. */
  reasons?: InterimReasons | null;
}

/** Tells an account holder of a measure while the case is still being looked into (CF-AUP 7.1). */
export function interimMeasure(props: InterimMeasureProps): RenderedEmail {
  const { from, measure } = props;
  const es = from.locale === "es";
  const rows = measureRows(measure, from.zone, from.locale);
  if (es)
    return renderEmail(from, {
      subject: props.isNew
        ? `Limitamos su cuenta mientras revisamos (${props.reference})`
        : `La medida temporal sobre su cuenta se alarga (${props.reference})`,
      preview: "Qué cambia, por qué y hasta cuándo.",
      blocks: [
        paragraph(`Este mensaje es para la cuenta de ${oneLine(props.businessName)} en ${oneLine(from.platformName)}. Estamos revisando su cuenta y todavía no hemos decidido. Mientras tanto, ${props.isNew ? "tomamos" : "mantenemos"} esta medida:`),
        facts([...rows, ["Referencia", props.reference], ["Tomada", instant(props.takenAt, from.zone, "es")], ["Se revisa", props.policyArea]]),
        heading("Por qué no puede esperar"),
        quote(props.reason),
        heading("Qué pasa ahora"),
        paragraph("La medida termina sola en la fecha indicada, salvo que una persona la prolongue y le explique por qué. Cuando decidamos, se lo diremos."),
        link("Ver el estado de su cuenta", props.standingUrl),
        paragraph("Puede responder a este mensaje si quiere explicarnos algo antes de que decidamos."),
        ...interimReasons(props.reasons, from),
      ],
    });
  return renderEmail(from, {
    subject: props.isNew
      ? `We have limited your account while we look into it (${props.reference})`
      : `The temporary measure on your account now lasts longer (${props.reference})`,
    preview: "What changes, why, and until when.",
    blocks: [
      paragraph(`This message is for the account of ${oneLine(props.businessName)} on ${oneLine(from.platformName)}. We are looking into your account and have not decided yet. Until then this measure ${props.isNew ? "applies" : "stays in place"}:`),
      facts([...rows, ["Reference", props.reference], ["Taken", instant(props.takenAt, from.zone, "en")], ["What we look into", props.policyArea]]),
      heading("Why this cannot wait"),
      quote(props.reason),
      heading("What happens next"),
      paragraph("The measure ends by itself on the date above, unless a person extends it and tells you why. When we have decided, we will tell you."),
      link("See your account's standing", props.standingUrl),
      paragraph("You can reply to this message if you want to tell us something before we decide."),
      ...interimReasons(props.reasons, from),
    ],
  });
}
