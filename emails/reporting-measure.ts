import { facts, link, list, paragraph, quote } from "./blocks";
import { instant } from "./locale";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";

export interface ReportingMeasureProps {
  from: Letterhead;
  reference: string;
  kind: "warning" | "mute";
  /** In the decider's words. */
  reason: string;
  unfounded: number;
  judged: number;
  /** Until when new reports are set aside; null for a warning. */
  endsAt: Date | null;
  objectionDays: number;
  answerBusinessDays: number;
  standingUrl: string;
}

/** Tells a reporter that too many of their reports turned out unfounded: what follows, on which figures, and how to object. */
export function reportingMeasure({ from, reference, kind, reason, unfounded, judged, endsAt, objectionDays, answerBusinessDays, standingUrl }: ReportingMeasureProps): RenderedEmail {
  const until = endsAt ? instant(endsAt, from.zone, from.locale) : null;
  if (from.locale === "es")
    return renderEmail(from, {
      subject: kind === "warning" ? `Sus reportes a ${from.platformName}` : `Dejamos sus reportes en espera hasta el ${until ?? ""}`,
      preview: kind === "warning" ? "Varios de sus reportes no tenían fundamento." : "Sus reportes nuevos quedan en espera por un tiempo.",
      blocks: [
        paragraph(
          kind === "warning"
            ? "Revisamos los reportes que nos envió. Muchos no mostraban ninguna falta. Le pedimos que solo reporte lo que rompe nuestras reglas."
            : "Ya le avisamos de que muchos de sus reportes no tenían fundamento. Ha seguido igual, así que por un tiempo dejamos en espera los reportes nuevos que envíe.",
        ),
        quote(reason),
        facts([["Referencia", reference], ["Sin fundamento", `${unfounded} de ${judged} reportes revisados`], ...(until ? [["En espera hasta", until] as const] : [])]),
        ...(kind === "mute"
          ? [list(["Guardamos los reportes que envíe en este tiempo.", "Si un reporte habla de un peligro grave, lo revisamos igual.", "Al terminar el plazo, leemos lo que envió en él y sus reportes se tratan como antes."])]
          : [paragraph("Si sigue igual, podemos dejar en espera sus reportes por un tiempo.")]),
        paragraph(`¿No está de acuerdo? Puede objetar durante ${objectionDays} días. Decide otra persona, y le respondemos en ${answerBusinessDays} días hábiles.`),
        link("Ver el detalle y objetar", standingUrl),
      ],
    });
  return renderEmail(from, {
    subject: kind === "warning" ? `Your reports to ${from.platformName}` : `We set your reports aside until ${until ?? ""}`,
    preview: kind === "warning" ? "Several of your reports were unfounded." : "New reports of yours are set aside for a time.",
    blocks: [
      paragraph(
        kind === "warning"
          ? "We have looked at the reports you sent us. Many of them showed no breach at all. Please report only what breaks our rules."
          : "We told you before that many of your reports were unfounded. This went on, so for a time we set aside new reports that you send.",
      ),
      quote(reason),
      facts([["Reference", reference], ["Unfounded", `${unfounded} of ${judged} reports we judged`], ...(until ? [["Set aside until", until] as const] : [])]),
      ...(kind === "mute"
        ? [list(["We keep the reports you send in this time.", "A report of serious danger is looked at all the same.", "When the time is over, we read what you sent in it, and your reports are handled as before."])]
        : [paragraph("If this goes on, we may set your reports aside for a time.")]),
      paragraph(`Do you disagree? You can object for ${objectionDays} days. Somebody else decides, and we answer within ${answerBusinessDays} business days.`),
      link("See the details and object", standingUrl),
    ],
  });
}
