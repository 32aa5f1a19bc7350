import { facts, heading, link, paragraph, quote, type Block } from "./blocks";
import { instant, lastDay } from "./locale";
import { measureName, measureRows, type Measure } from "./measures";
import { replacingStatement, type ReplacingStatement } from "./replacing-statement";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";
import { oneLine } from "./text-safety";

export interface ActionChangedProps {
  from: Letterhead;
  businessName: string;
  reference: string;
  changedAt: Date;
  /** The measure whose place is taken, and when that would have ended. */
  before: { reference: string; kind: Measure["kind"]; endsAt: Date | null };
  measure: Measure;
  /** Why, as staff wrote it for the account holder. */
  reason: string;
  appeal: { windowDays: number; openAtLeastUntil: Date } | null;
  standingUrl: string;
  /** The new measure’s own statement of reasons; a measure without a decision has none. */
  statement?: ReplacingStatement | null;
}

export const isLonger = ({ before, measure }: Pick<ActionChangedProps, "before" | "measure">): boolean => before.kind === measure.kind && measure.endsAt !== null && before.endsAt !== null && measure.endsAt > before.endsAt;

/** Tells an account holder that another measure takes the place of one they were told of, and how to object to the change (CF-AUP 7.2, 7.3). */
export function actionChanged(props: ActionChangedProps): RenderedEmail {
  return renderEmail(props.from, props.from.locale === "es" ? spanish(props) : english(props));
}

function beforeRows({ before, from, changedAt, reference }: ActionChangedProps): [string, string][] {
  const es = from.locale === "es";
  const wasToEnd = before.endsAt ? instant(before.endsAt, from.zone, from.locale) : es ? "Sin fecha de fin" : "No end date";
  return [
    [es ? "Referencia" : "Reference", reference],
    [es ? "Cambiada" : "Changed", instant(changedAt, from.zone, from.locale)],
    [es ? "Antes" : "Before", `${measureName(before.kind, from.locale)} (${before.reference})`],
    [es ? "Antes terminaba" : "It was to end", wasToEnd],
  ];
}

function english(props: ActionChangedProps) {
  const { from, appeal } = props;
  const blocks: Block[] = [
    paragraph(`This message is for the account of ${oneLine(props.businessName)} on ${oneLine(from.platformName)}. We have changed the measure on your account. From now on this one applies:`),
    facts([...measureRows(props.measure, from.zone, "en"), ...beforeRows(props)]),
    heading("Why we changed it"),
    quote(props.reason),
    paragraph("A person on our team decided this. The strikes on your record stay as they were."),
    heading("How to object"),
  ];
  if (appeal)
    blocks.push(
      paragraph(`You can appeal against this change and the decision behind it, also if an earlier time to appeal is over. Someone who had no part in it will look at it again. You have ${appeal.windowDays} days after the day this message reaches your mail server, so at the earliest until ${lastDay(appeal.openAtLeastUntil, from.zone, "en")}.`),
    );
  else blocks.push(paragraph("If you think we are wrong, reply to this message and tell us why. A person will read it."));
  blocks.push(link("See your account's standing and appeal", props.standingUrl), ...replacingStatement(props.statement, from));
  return { subject: isLonger(props) ? `The measure on your account now lasts longer (${props.reference})` : `The measure on your account has changed (${props.reference})`, preview: "What changes, why, and how to object.", blocks };
}

function spanish(props: ActionChangedProps) {
  const { from, appeal } = props;
  const blocks: Block[] = [
    paragraph(`Este mensaje es para la cuenta de ${oneLine(props.businessName)} en ${oneLine(from.platformName)}. Cambiamos la medida sobre su cuenta. Desde ahora se aplica esta:`),
    facts([...measureRows(props.measure, from.zone, "es"), ...beforeRows(props)]),
    heading("Por qué la cambiamos"),
    quote(props.reason),
    paragraph("Lo decidió una persona de nuestro equipo. Las faltas de su historial quedan como estaban."),
    heading("Cómo reclamar"),
  ];
  if (appeal)
    blocks.push(
      paragraph(`Puede apelar este cambio y la decisión en que se basa, aunque un plazo anterior haya terminado. Lo revisará alguien que no participó. Tiene ${appeal.windowDays} días después del día en que este mensaje llegue a su servidor de correo; es decir, por lo menos hasta ${lastDay(appeal.openAtLeastUntil, from.zone, "es")}.`),
    );
  else blocks.push(paragraph("Si cree que nos equivocamos, responda a este mensaje y díganos por qué. Lo leerá una persona."));
  blocks.push(link("Ver el estado de su cuenta y apelar", props.standingUrl), ...replacingStatement(props.statement, from));
  return { subject: isLonger(props) ? `La medida sobre su cuenta ahora dura más (${props.reference})` : `Cambió la medida sobre su cuenta (${props.reference})`, preview: "Qué cambia, por qué y cómo reclamar.", blocks };
}
