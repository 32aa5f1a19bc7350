import { facts, heading, list, paragraph, quote, type Block } from "./blocks";
import { instant, lastDay } from "./locale";
import type { Letterhead } from "./render";
import { clauseCited, detected, type Finding, type StatementOfReasonsProps } from "./statement-of-reasons";

/** The reasons of a measure that takes another's place (DSA 17(3)), beside what the message says of the measure itself. */
export interface ReplacingStatement {
  /** The decision's, which both measures rest on. */
  reference: string;
  detectedBy: StatementOfReasonsProps["detectedBy"];
  findings: readonly Finding[];
  /** The facts as the account holder was sent them with the decision: cleared then, and no news to them. */
  factsSent: string;
  /** How to object to this measure, where the message does not say so anyway. */
  appeal: { windowDays: number; openAtLeastUntil: Date } | null;
  /** What they were sent about the measure whose place this one takes; null for its own words alone. */
  earlier: { subject: string; sentAt: Date; text: string } | null;
}

const words = {
  en: {
    title: "Our reasons in full",
    lead: "The new measure rests on the same decision. These are the rules we found to be broken, in the version that applied at the time:",
    version: "version",
    facts: "These are the facts:",
    decision: "Decision",
    decidedBy: ["Decided by", "A person on our team"],
    object: "How to object to the new measure",
    appeal: (days: number, until: string) => `You can appeal against the new measure. Someone who had no part in it will look at it again. You have ${days} days after the day this message reaches your mail server, so at the earliest until ${until}.`,
    earlier: "The statement this one takes the place of",
    sent: (at: string, subject: string) => `On ${at} we sent you “${subject}”. It said:`,
  },
  es: {
    title: "Nuestros motivos completos",
    lead: "La nueva medida se basa en la misma decisión. Estas son las reglas que no se cumplieron, en la versión vigente en ese momento:",
    version: "versión",
    facts: "Estos son los hechos:",
    decision: "Decisión",
    decidedBy: ["Quién decidió", "Una persona de nuestro equipo"],
    object: "Cómo reclamar contra la nueva medida",
    appeal: (days: number, until: string) => `Puede apelar la nueva medida. La revisará alguien que no participó. Tiene ${days} días después del día en que este mensaje llegue a su servidor de correo; es decir, por lo menos hasta ${until}.`,
    earlier: "La declaración que esta reemplaza",
    sent: (at: string, subject: string) => `El ${at} le enviamos «${subject}». Decía:`,
  },
} as const;

/** Stands at the end of every message that tells of such a measure, whoever wrote the rest. */
export function replacingStatement(statement: ReplacingStatement | null | undefined, from: Letterhead): Block[] {
  if (!statement) return [];
  const say = words[from.locale];
  const { appeal, earlier } = statement;
  return [
    heading(say.title),
    facts([[say.decision, statement.reference], say.decidedBy]),
    paragraph(say.lead),
    list(statement.findings.map((finding) => clauseCited(finding, say.version))),
    paragraph(say.facts),
    quote(statement.factsSent),
    paragraph(detected[from.locale][statement.detectedBy]),
    ...(appeal ? [heading(say.object), paragraph(say.appeal(appeal.windowDays, lastDay(appeal.openAtLeastUntil, from.zone, from.locale)))] : []),
    ...(earlier ? [heading(say.earlier), paragraph(say.sent(instant(earlier.sentAt, from.zone, from.locale), earlier.subject)), quote(earlier.text)] : []),
  ];
}
