import { facts, link, paragraph } from "./blocks";
import { instant } from "./locale";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";
import { oneLine } from "./text-safety";

export interface PreservationExpiringProps {
  from: Letterhead;
  reference: string;
  agency: string;
  expiresAt: Date;
  /** Whether the one renewal there is was not used yet. */
  renewable: boolean;
  requestUrl: string;
}

/** Tells a colleague that an agency's preservation request runs out soon. It names no account: mail is not the place for it. */
export function preservationExpiring({ from, reference, agency, expiresAt, renewable, requestUrl }: PreservationExpiringProps): RenderedEmail {
  const until = instant(expiresAt, from.zone, from.locale);
  if (from.locale === "es")
    return renderEmail(from, {
      subject: `La solicitud de conservación ${reference} vence pronto`,
      preview: "Después de esa fecha los datos dejan de conservarse por ella.",
      blocks: [
        paragraph(`La solicitud de conservación ${reference} vence pronto.`),
        facts([["Autoridad", oneLine(agency)], ["Vence", until]]),
        paragraph(renewable ? "Si la autoridad pide más tiempo, puede renovarse una vez antes de esa fecha." : "Ya se renovó una vez y no puede renovarse de nuevo. Si los datos deben conservarse, establezca una retención legal antes de esa fecha."),
        link("Ver la solicitud", requestUrl),
      ],
    });
  return renderEmail(from, {
    subject: `Preservation request ${reference} runs out soon`,
    preview: "After that day it no longer keeps anything from being deleted.",
    blocks: [
      paragraph(`Preservation request ${reference} runs out soon.`),
      facts([["Agency", oneLine(agency)], ["Runs out", until]]),
      paragraph(renewable ? "If the agency asks for more time, it can be renewed once before then." : "It was renewed once and cannot be renewed again. If the data has to be kept, set a legal hold before then."),
      link("Open the request", requestUrl),
    ],
  });
}
