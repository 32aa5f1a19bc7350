import { facts, link, paragraph, quote } from "./blocks";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";

export interface ReportingRulingProps {
  from: Letterhead;
  reference: string;
  kind: "warning" | "mute";
  ruling: "upheld" | "lifted";
  grounds: string;
  standingUrl: string;
}

/** Answers a reporter's objection, with the grounds. */
export function reportingRuling({ from, reference, kind, ruling, grounds, standingUrl }: ReportingRulingProps): RenderedEmail {
  if (from.locale === "es")
    return renderEmail(from, {
      subject: `Respuesta a su objeción ${reference}`,
      preview: ruling === "lifted" ? "Le damos la razón." : "La medida sigue en pie.",
      blocks: [
        paragraph(
          ruling === "lifted"
            ? kind === "warning"
              ? "Otra persona revisó el aviso y le da la razón. El aviso queda sin efecto."
              : "Otra persona revisó la medida y le da la razón. Sus reportes ya no quedan en espera, y revisamos los que envió en este tiempo."
            : "Otra persona revisó la medida. Sigue en pie, por estos motivos:",
        ),
        quote(grounds),
        facts([["Referencia", reference]]),
        link("Ver el detalle", standingUrl),
      ],
    });
  return renderEmail(from, {
    subject: `Answer to your objection ${reference}`,
    preview: ruling === "lifted" ? "We agree with you." : "The measure stands.",
    blocks: [
      paragraph(
        ruling === "lifted"
          ? kind === "warning"
            ? "Somebody else looked at the warning and agrees with you. The warning is taken back."
            : "Somebody else looked at this and agrees with you. Your reports are no longer set aside, and we look at those you sent in the meantime."
          : "Somebody else looked at this. It stands, for these reasons:",
      ),
      quote(grounds),
      facts([["Reference", reference]]),
      link("See the details", standingUrl),
    ],
  });
}
