import { facts, heading, list, paragraph, quote, type Block } from "./blocks";
import { lastDay } from "./locale";
import type { Letterhead } from "./render";
import { clauseCited, detected, type Finding } from "./statement-of-reasons";

/** The reasons of an interim measure (DSA 17(3)), beside what the message says of the measure itself. */
export interface InterimReasons {
  /** Nobody looked before it took effect; or a person agreed to what a rule proposed; or a person came to it. */
  decidedBy: "machine" | "person_on_proposal" | "person";
  /** Who drew attention to it; "staff": nobody but our own people. */
  detectedBy: "people" | "machine" | "both" | "staff";
  finding: Finding;
  /** What the account holder was told when the measure began, where this message says something else: no news to them. */
  toldBefore: string | null;
  /** How to object. */
  appeal: { windowDays: number; openAtLeastUntil: Date } | null;
}

const words = {
  en: {
    title: "How this was found and decided",
    foundBy: "Found by",
    found: {
      people: "People who wrote to us",
      machine: "An automated system, without a person",
      both: "People who wrote to us, and an automated system",
      staff: "A person on our team",
    },
    decidedBy: "Decided by",
    decided: {
      machine: "An automated system, without a person",
      person_on_proposal: "A person on our team, who agreed to what an automated system proposed",
      person: "A person on our team",
    },
    lead: "This is the rule that seems to be broken, in the version that applied at the time:",
    version: "version",
    toldBefore: "When the measure began, we told you this:",
    byItself: "No person looked at this before the measure took effect. People look at your case before anything else is decided.",
    object: "How to object",
    appeal: (days: number, until: string) =>
      `If you think this is wrong, you can appeal on the page behind the link above. A person who had no part in it will look at it. You have ${days} days after the day this message reaches your mail server, so at the earliest until ${until}.`,
  },
  es: {
    title: "Cómo se detectó y se decidió",
    foundBy: "Quién lo detectó",
    found: {
      people: "Personas que nos escribieron",
      machine: "Un sistema automático, sin una persona",
      both: "Personas que nos escribieron y un sistema automático",
      staff: "Una persona de nuestro equipo",
    },
    decidedBy: "Quién decidió",
    decided: {
      machine: "Un sistema automático, sin una persona",
      person_on_proposal: "Una persona de nuestro equipo, que aceptó lo que propuso un sistema automático",
      person: "Una persona de nuestro equipo",
    },
    lead: "Esta es la regla que parece no haberse cumplido, en la versión vigente en ese momento:",
    version: "versión",
    toldBefore: "Cuando empezó la medida, le dijimos esto:",
    byItself: "Ninguna persona miró esto antes de que la medida tuviera efecto. Habrá personas que revisen su caso antes de decidir nada más.",
    object: "Cómo reclamar",
    appeal: (days: number, until: string) =>
      `Si cree que esto es un error, puede apelar en la página del enlace de arriba. Lo revisará una persona que no participó. Tiene ${days} días después del día en que este mensaje llegue a su servidor de correo; es decir, por lo menos hasta ${until}.`,
  },
} as const;

/** Stands at the end of every message about such a measure, whoever wrote the rest: the ground, and what a machine did, are always said. */
export function interimReasons(reasons: InterimReasons | null | undefined, from: Letterhead): Block[] {
  if (!reasons) return [];
  const say = words[from.locale];
  const { decidedBy, detectedBy, finding, toldBefore, appeal } = reasons;
  return [
    heading(say.title),
    facts([[say.foundBy, say.found[detectedBy]], [say.decidedBy, say.decided[decidedBy]]]),
    paragraph(say.lead),
    list([clauseCited(finding, say.version)]),
    ...(toldBefore ? [paragraph(say.toldBefore), quote(toldBefore)] : []),
    ...(detectedBy === "machine" ? [paragraph(detected[from.locale].machine)] : []),
    ...(decidedBy === "machine" ? [paragraph(say.byItself)] : []),
    ...(appeal ? [heading(say.object), paragraph(say.appeal(appeal.windowDays, lastDay(appeal.openAtLeastUntil, from.zone, from.locale)))] : []),
  ];
}
