import { facts, heading, link, list, paragraph, quote, type Block } from "./blocks";
import { instant, lastDay } from "./locale";
import { measureName, measureRows, type Measure } from "./measures";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";
import { oneLine } from "./text-safety";

export interface Finding {
  clauseCode: string;
  clauseTitle: string;
  policyTitle: string;
  versionLabel: string;
}

export interface StatementOfReasonsProps {
  from: Letterhead;
  businessName: string;
  /** What the account holder can quote to us; never a report's reference. */
  reference: string;
  decidedAt: Date;
  /** Who looked at the facts and who decided; an account holder is told when no person was involved. */
  decidedBy: "person" | "automated";
  /** Whether a machine first drew attention to the account. */
  detectedBy: "people" | "machine" | "both";
  /** The facts as the decider wrote them for the account holder, already checked for leaks. */
  factsFound: string;
  findings: readonly Finding[];
  measures: readonly Measure[];
  strikes: readonly { weight: number; expiresAt: Date | null }[];
  /** Where the account holder sees standing and objects; null for what cannot be appealed here. */
  appeal: {
    url: string;
    windowDays: number;
    /** The exclusive instant before which the window surely stays open: it starts only when this mail is handed over. */
    openAtLeastUntil: Date;
  } | null;
}

/**
 * The statement of reasons (DOMAIN; CF-AUP 7.2, 7.3): what was decided, on which facts and clause, for how long,
 * by a person or a machine, and how to object.
 */
export function statementOfReasons(props: StatementOfReasonsProps): RenderedEmail {
  return renderEmail(props.from, props.from.locale === "es" ? spanish(props) : english(props));
}

const summary = (props: StatementOfReasonsProps) => props.measures.map((measure) => measureName(measure.kind, props.from.locale));

export const clauseCited = (finding: Finding, version: string) =>
  `${finding.clauseCode} – ${oneLine(finding.clauseTitle)} (${oneLine(finding.policyTitle)}, ${version} ${oneLine(finding.versionLabel)})`;

function measureBlocks({ measures, from }: StatementOfReasonsProps): Block[] {
  return measures.map((measure) => facts(measureRows(measure, from.zone, from.locale)));
}

export const detected = {
  en: {
    people: "People brought this to our attention.",
    machine: "Our systems brought this to our attention by looking at how messages were sent.",
    both: "People and our own systems brought this to our attention.",
  },
  es: {
    people: "Algunas personas nos avisaron de esto.",
    machine: "Nuestros sistemas lo detectaron al observar cómo se enviaron los mensajes.",
    both: "Nos avisaron personas y también lo detectaron nuestros sistemas.",
  },
} as const;

function english(props: StatementOfReasonsProps) {
  const { from, appeal, strikes } = props;
  const blocks: Block[] = [
    paragraph(`This message is for the account of ${oneLine(props.businessName)} on ${oneLine(from.platformName)}. It tells you what we decided, why, and what you can do.`),
    heading("What we decided"),
    ...measureBlocks(props),
    facts([
      ["Reference", props.reference],
      ["Decided", instant(props.decidedAt, from.zone, "en")],
      ["Decided by", props.decidedBy === "person" ? "A person on our team" : "An automated system, without a person"],
    ]),
    heading("Why"),
    paragraph("These are the rules we found to be broken, in the version that applied at the time:"),
    list(props.findings.map((finding) => clauseCited(finding, "version"))),
    paragraph("These are the facts:"),
    quote(props.factsFound),
    paragraph(detected.en[props.detectedBy]),
  ];
  if (strikes.length > 0)
    blocks.push(
      heading("What stays on your record"),
      list(strikes.map(({ weight, expiresAt }) => `A strike of weight ${weight}, ${expiresAt ? `until ${instant(expiresAt, from.zone, "en")}` : "with no end date"}`)),
      paragraph("While a strike is active, a new violation leads to a stronger measure."),
    );
  blocks.push(heading("How to object"));
  if (appeal)
    blocks.push(
      paragraph(`If you think we are wrong, you can appeal. Someone who had no part in this decision will look at it again. You have ${appeal.windowDays} days after the day this message reaches your mail server.`),
      paragraph(`That is, at the earliest, until ${lastDay(appeal.openAtLeastUntil, from.zone, "en")}. The page behind this link always shows your exact date. You can save these reasons as a PDF there.`),
      link("See your account's standing and appeal", appeal.url),
      paragraph("You need no password. The link is for you alone, so please do not share it."),
    );
  else blocks.push(paragraph("If you think we are wrong, reply to this message and tell us why. A person will read it."));
  return { subject: `${summary(props).join(", ")}: our decision about your account (${props.reference})`, preview: "What we decided, why, and how to object.", blocks };
}

function spanish(props: StatementOfReasonsProps) {
  const { from, appeal, strikes } = props;
  const blocks: Block[] = [
    paragraph(`Este mensaje es para la cuenta de ${oneLine(props.businessName)} en ${oneLine(from.platformName)}. Le explica qué decidimos, por qué y qué puede hacer.`),
    heading("Qué decidimos"),
    ...measureBlocks(props),
    facts([
      ["Referencia", props.reference],
      ["Decidido", instant(props.decidedAt, from.zone, "es")],
      ["Quién decidió", props.decidedBy === "person" ? "Una persona de nuestro equipo" : "Un sistema automático, sin una persona"],
    ]),
    heading("Por qué"),
    paragraph("Estas son las reglas que no se cumplieron, en la versión vigente en ese momento:"),
    list(props.findings.map((finding) => clauseCited(finding, "versión"))),
    paragraph("Estos son los hechos:"),
    quote(props.factsFound),
    paragraph(detected.es[props.detectedBy]),
  ];
  if (strikes.length > 0)
    blocks.push(
      heading("Qué queda en su historial"),
      list(strikes.map(({ weight, expiresAt }) => `Una falta de peso ${weight}, ${expiresAt ? `hasta el ${instant(expiresAt, from.zone, "es")}` : "sin fecha de fin"}`)),
      paragraph("Mientras una falta esté activa, una nueva infracción lleva a una medida más fuerte."),
    );
  blocks.push(heading("Cómo reclamar"));
  if (appeal)
    blocks.push(
      paragraph(`Si cree que nos equivocamos, puede apelar. Lo revisará alguien que no participó en esta decisión. Tiene ${appeal.windowDays} días después del día en que este mensaje llegue a su servidor de correo.`),
      paragraph(`Es decir, por lo menos hasta ${lastDay(appeal.openAtLeastUntil, from.zone, "es")}. La página de este enlace siempre muestra su fecha exacta. Ahí puede guardar estos motivos en PDF.`),
      link("Ver el estado de su cuenta y apelar", appeal.url),
      paragraph("No necesita contraseña. El enlace es solo para usted; no lo comparta."),
    );
  else blocks.push(paragraph("Si cree que nos equivocamos, responda a este mensaje y díganos por qué. Lo leerá una persona."));
  return { subject: `${summary(props).join(", ")}: nuestra decisión sobre su cuenta (${props.reference})`, preview: "Qué decidimos, por qué y cómo reclamar.", blocks };
}
