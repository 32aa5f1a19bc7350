import { facts, link, paragraph } from "./blocks";
import { instant } from "./locale";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";
import { oneLine } from "./text-safety";

export interface WebhookStoppedProps {
  from: Letterhead;
  platform: string;
  /** IANA zone of the platform. */
  zone: string;
  /** What it is for, as it was named. */
  endpoint: string;
  /** Host alone: the rest of an address can be a secret. */
  host: string;
  stoppedAt: Date;
  /** Messages that were on their way to it and are not told any more. */
  cancelled: number;
  settingsUrl: string;
}

/** Tells colleagues that a receiver answered 410 Gone, so that its platform is told nothing through it any more. */
export function webhookStopped({ from, platform, zone, endpoint, host, stoppedAt, cancelled, settingsUrl }: WebhookStoppedProps): RenderedEmail {
  const [name, at] = [oneLine(endpoint), instant(stoppedAt, zone, from.locale)];
  if (from.locale === "es")
    return renderEmail(from, {
      subject: `El webhook «${name}» se desactivó`,
      preview: "El receptor respondió que ya no existe.",
      blocks: [
        paragraph(`El receptor de «${name}» respondió 410 (ya no existe). Desde entonces no se le envía nada, y lo que pasa mientras tanto no se le envía después.`),
        facts([["Plataforma", oneLine(platform)], ["Servidor", oneLine(host)], ["Desactivado", at], ["Mensajes que ya no salen", String(cancelled)]]),
        paragraph("Si fue un error, actívelo otra vez cuando el receptor funcione. Si no, déjelo desactivado para que este aviso desaparezca de la consola."),
        link("Abrir los webhooks", settingsUrl),
      ],
    });
  return renderEmail(from, {
    subject: `The webhook “${name}” was switched off`,
    preview: "Its receiver answered that it is gone.",
    blocks: [
      paragraph(`The receiver of “${name}” answered 410 (gone). Nothing has been sent to it since, and what happens meanwhile is not sent later.`),
      facts([["Platform", oneLine(platform)], ["Server", oneLine(host)], ["Switched off", at], ["Messages that no longer go out", String(cancelled)]]),
      paragraph("If that was a mistake, switch it on again once the receiver works. If not, leave it off, so that the console stops pointing at it."),
      link("Open the webhooks", settingsUrl),
    ],
  });
}
