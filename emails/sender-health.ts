import { facts, link, paragraph } from "./blocks";
import { instant } from "./locale";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";

export interface SenderHealthProps {
  from: Letterhead;
  businessName: string;
  /** From then on the link opens nothing. */
  expiresAt: Date;
  healthUrl: string;
}

/** Shows an account holder the way to what their account sends and what to fix. It decides nothing and accuses nobody. */
export function senderHealth({ from, businessName, expiresAt, healthUrl }: SenderHealthProps): RenderedEmail {
  const until = instant(expiresAt, from.zone, from.locale);
  if (from.locale === "es")
    return renderEmail(from, {
      subject: `Lo que envía su cuenta en ${from.platformName}`,
      preview: "Vea sus cifras y qué corregir.",
      blocks: [
        paragraph(`Preparamos una página que muestra lo que envía ${businessName}: mensajes, entregas y bajas, y qué corregir para cumplir las reglas.`),
        link("Ver sus cifras", healthUrl),
        facts([["El enlace funciona hasta", until]]),
        paragraph("Esto no es una decisión y no cambia nada en su cuenta. El enlace es solo para usted; no lo comparta, por favor."),
      ],
    });
  return renderEmail(from, {
    subject: `What your account sends on ${from.platformName}`,
    preview: "See your figures and what to fix.",
    blocks: [
      paragraph(`We made a page that shows what ${businessName} sends: messages, deliveries and opt-outs, and what to fix to keep the rules.`),
      link("See your figures", healthUrl),
      facts([["The link works until", until]]),
      paragraph("This is no decision and changes nothing about your account. The link is for you alone, so please do not share it."),
    ],
  });
}
