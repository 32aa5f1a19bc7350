import { facts, link, paragraph } from "./blocks";
import { instant, type Locale } from "./locale";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";
import { oneLine } from "./text-safety";

export type PolicyHeldReason = "no_campaign" | "not_everybody_told" | "told_too_late";

export interface PolicyHeldProps {
  from: Letterhead;
  policy: string;
  version: number;
  platform: string;
  /** IANA zone of the platform. */
  zone: string;
  reason: PolicyHeldReason;
  /** The start of the day on which it was to take effect. */
  wasToBegin: Date;
  /** The start of the earliest lawful day, as far as it is known by now. */
  earliest: Date;
  /** Of the account holders; those whom no address reached among them. */
  notTold: number;
  notReached: number;
  campaignUrl: string;
}

const why: Record<Locale, Record<PolicyHeldReason, string>> = {
  en: {
    no_campaign: "No notice is being sent: the campaign was stopped.",
    not_everybody_told: "Not every account holder has been told yet, and it is too late for that day.",
    told_too_late: "The last account holder was told too late for that day.",
  },
  es: {
    no_campaign: "No se está enviando ningún aviso: la campaña se detuvo.",
    not_everybody_told: "No se ha avisado todavía a todos los titulares, y ya es tarde para ese día.",
    told_too_late: "Al último titular se le avisó demasiado tarde para ese día.",
  },
};

/** Tells colleagues that a version cannot take effect on its day, because notices went out too late (CF-AUP 9). */
export function policyHeld({ from, policy, version, platform, zone, reason, wasToBegin, earliest, notTold, notReached, campaignUrl }: PolicyHeldProps): RenderedEmail {
  const name = `${oneLine(policy)} ${version}`;
  const [was, first] = [instant(wasToBegin, zone, from.locale), instant(earliest, zone, from.locale)];
  if (from.locale === "es")
    return renderEmail(from, {
      subject: `La versión ${name} no entra en vigor en su fecha`,
      preview: "Queda retenida. La versión anterior sigue vigente.",
      blocks: [
        paragraph(`La versión ${name} no puede entrar en vigor en su fecha. ${why.es[reason]} Queda retenida, y la versión anterior sigue vigente.`),
        facts([["Plataforma", oneLine(platform)], ["Debía empezar", was], ["Primera fecha lícita, por ahora", first], ["Titulares sin avisar", String(notTold)], ["De ellos, sin dirección que lo acepte", String(notReached)]]),
        paragraph("Una persona acepta la nueva fecha en la página de la campaña. Nada más puede ponerla en vigor."),
        link("Abrir la campaña", campaignUrl),
      ],
    });
  return renderEmail(from, {
    subject: `Version ${name} does not take effect on its day`,
    preview: "It is held. The version before it stays in force.",
    blocks: [
      paragraph(`Version ${name} cannot take effect on its day. ${why.en[reason]} It is held, and the version before it stays in force.`),
      facts([["Platform", oneLine(platform)], ["Was to begin", was], ["Earliest lawful day, by now", first], ["Account holders not told", String(notTold)], ["Of those, no address took it", String(notReached)]]),
      paragraph("A person accepts the new day on the page of the campaign. Nothing else brings it into force."),
      link("Open the campaign", campaignUrl),
    ],
  });
}
