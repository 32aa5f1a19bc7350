import { facts, link, paragraph, type Block } from "./blocks";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";

export interface PolicyChangeProps {
  from: Letterhead;
  businessName: string;
  policyTitle: string;
  /** In plain language, a paragraph each. */
  summary: readonly string[];
  /** Civil day, written out in the letter's language. */
  effectiveOn: string;
  policyUrl: string;
}

/** Tells an account holder what changes in a policy, and from when, before it does (CF-AUP 9). */
export function policyChange({ from, businessName, policyTitle, summary, effectiveOn, policyUrl }: PolicyChangeProps): RenderedEmail {
  const said: Block[] = summary.map((each) => paragraph(each));
  if (from.locale === "es")
    return renderEmail(from, {
      subject: `Cambios en ${policyTitle} desde el ${effectiveOn}`,
      preview: `Qué cambia en ${from.platformName} y desde cuándo.`,
      blocks: [
        paragraph(`Vamos a cambiar «${policyTitle}» de ${from.platformName}. La nueva versión entra en vigor el ${effectiveOn}. Hasta entonces rige la actual.`),
        ...said,
        link("Leer la nueva versión y todos los cambios", policyUrl),
        facts([["Cuenta", businessName], ["Entra en vigor", effectiveOn]]),
        paragraph("Le enviamos este aviso porque su cuenta está sujeta a esta política. No hace falta que haga nada para recibirlo y no se puede dar de baja de él."),
      ],
    });
  return renderEmail(from, {
    subject: `Changes to ${policyTitle} from ${effectiveOn}`,
    preview: `What changes at ${from.platformName}, and from when.`,
    blocks: [
      paragraph(`We are changing the ${policyTitle} of ${from.platformName}. The new version takes effect on ${effectiveOn}. Until then the current one applies.`),
      ...said,
      link("Read the new version and every change", policyUrl),
      facts([["Account", businessName], ["Takes effect", effectiveOn]]),
      paragraph("You get this notice because your account is bound by this policy. You need to do nothing to get it, and it cannot be unsubscribed from."),
    ],
  });
}
