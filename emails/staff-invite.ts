import { facts, link, paragraph } from "./blocks";
import { instant } from "./locale";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";
import { oneLine } from "./text-safety";

export interface StaffInviteProps {
  from: Letterhead;
  name: string;
  invitedBy: string;
  roles: readonly string[];
  setupUrl: string;
  expiresAt: Date;
}

/** Invites a colleague to the console. The link sets the password and the second factor, once. */
export function staffInvite({ from, name, invitedBy, roles, setupUrl, expiresAt }: StaffInviteProps): RenderedEmail {
  const until = instant(expiresAt, from.zone, from.locale);
  if (from.locale === "es")
    return renderEmail(from, {
      subject: "Su acceso a la consola de confianza y seguridad",
      preview: "Cree su contraseña y su segundo factor.",
      blocks: [
        paragraph(`Hola, ${oneLine(name)}. ${oneLine(invitedBy)} le dio acceso a la consola de confianza y seguridad.`),
        facts([["Funciones", roles.join(", ")], ["El enlace vale hasta", until]]),
        link("Crear mi contraseña", setupUrl),
        paragraph("El enlace sirve una sola vez. Si no esperaba este mensaje, no lo abra y avísenos."),
      ],
    });
  return renderEmail(from, {
    subject: "Your access to the trust-and-safety console",
    preview: "Set your password and your second factor.",
    blocks: [
      paragraph(`Hello ${oneLine(name)}. ${oneLine(invitedBy)} has given you access to the trust-and-safety console.`),
      facts([["Roles", roles.join(", ")], ["Link valid until", until]]),
      link("Set my password", setupUrl),
      paragraph("The link works once. If you did not expect this message, do not open it and let us know."),
    ],
  });
}
