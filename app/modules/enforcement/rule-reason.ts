import { absoluteTime } from "~/components/time-format";

/** A finding as the account holder is told of it: counts, never contacts. */
export interface FoundByRule {
  windowStart: string;
  windowEnd: string;
  observed: number;
  threshold: number;
  measures: Readonly<Record<string, number>>;
}

const units = {
  en: { marketing: "marketing messages", automated: "automated follow-ups", templates: "template messages", sent: "messages", requests: "API requests" },
  es: { marketing: "mensajes de marketing", automated: "mensajes automáticos de seguimiento", templates: "mensajes de plantilla", sent: "mensajes", requests: "solicitudes a la API" },
} as const;

const words = {
  en: {
    window: (from: string, to: string) => `Our systems looked at what your account did from ${from} to ${to}.`,
    part: (part: string, whole: string, unit: string) => `They counted ${part} of ${whole} ${unit} that broke the rule named here.`,
    breaches: (part: string) => `They counted ${part} messages that broke the rule named here.`,
    over: (times: string, limit: string, worst: string) => `The limit of ${limit} was passed ${times} times; the highest count was ${worst}.`,
    optOuts: (part: string, whole: string) => `Of ${whole} marketing messages that were delivered, ${part} were answered by opting out, far more than is usual for your account.`,
    shared: (count: string) => `Our systems found that your account has things in common (such as a phone number, a payment card, a device or a web address) with an account that may not send. They counted ${count}.`,
    measured: (observed: string, limit: string) => `They measured ${observed}, where the limit is ${limit}.`,
  },
  es: {
    window: (from: string, to: string) => `Nuestros sistemas observaron lo que hizo su cuenta desde ${from} hasta ${to}.`,
    part: (part: string, whole: string, unit: string) => `Contaron ${part} de ${whole} ${unit} que no cumplieron la regla aquí citada.`,
    breaches: (part: string) => `Contaron ${part} mensajes que no cumplieron la regla aquí citada.`,
    over: (times: string, limit: string, worst: string) => `El límite de ${limit} se superó ${times} veces; la cifra más alta fue ${worst}.`,
    optOuts: (part: string, whole: string) => `De ${whole} mensajes de marketing entregados, ${part} recibieron como respuesta una baja, mucho más de lo habitual en su cuenta.`,
    shared: (count: string) => `Nuestros sistemas observaron que su cuenta tiene elementos en común (como un número de teléfono, una tarjeta de pago, un dispositivo o una dirección web) con una cuenta que no puede enviar. Contaron ${count}.`,
    measured: (observed: string, limit: string) => `Midieron ${observed}, y el límite es ${limit}.`,
  },
} as const;

/**
 * The facts a rule's measure rests on, with their denominators, in the account holder's language. What a person accepts they may rewrite.
 * Of a tie to another account no instants are told: they are those of the other's action, and the tie may be chance.
 */
export function reasonOfRule(found: FoundByRule, zone: string, language: string): string {
  const locale = language === "es" ? "es" : "en";
  const say = words[locale];
  const figure = (value: number): string => value.toLocaleString(locale === "es" ? "es-US" : "en-US", { maximumFractionDigits: 4 });
  const at = (iso: string): string => absoluteTime(iso, zone, locale);
  if (found.measures.shared !== undefined) return say.shared(figure(found.measures.shared));
  return `${say.window(at(found.windowStart), at(found.windowEnd))} ${counted()}`;

  function counted(): string {
    const { measures, observed, threshold } = found;
    const { breaches, opt_outs: optOuts, delivered, windows_over: over, worst } = measures;
    const [name, whole] = Object.entries(measures).find(([key]) => Object.hasOwn(units[locale], key)) ?? [];
    if (breaches !== undefined && name !== undefined && whole !== undefined && whole >= breaches) return say.part(figure(breaches), figure(whole), units[locale][name as keyof (typeof units)["en"]]);
    if (breaches !== undefined) return say.breaches(figure(breaches));
    if (optOuts !== undefined && delivered !== undefined) return say.optOuts(figure(optOuts), figure(delivered));
    if (over !== undefined) return say.over(figure(over), figure(threshold), figure(worst ?? observed));
    return say.measured(figure(observed), figure(threshold));
  }
}
