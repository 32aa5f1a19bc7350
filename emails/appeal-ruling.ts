import { facts, heading, link, list, paragraph, quote } from "./blocks";
import { interimReasons, type InterimReasons } from "./interim-reasons";
import { instant } from "./locale";
import { measureRows, type Measure } from "./measures";
import { replacingStatement, type ReplacingStatement } from "./replacing-statement";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";

export const rulingOutcomes = ["upheld", "modified", "overturned", "inadmissible", "withdrawn"] as const;

export interface AppealRulingProps {
  from: Letterhead;
  reference: string;
  ruledAt: Date;
  outcome: (typeof rulingOutcomes)[number];
  /** Why it cannot be heard on its merits; "other" stands in the grounds alone. */
  inadmissibleReason?: keyof typeof unheard.en | "other" | null;
  /** As the reviewer wrote them for the account holder, checked for leaks; empty when the appeal was withdrawn. */
  grounds: string;
  /** The measure that applies from now on, when the ruling changed it. */
  newMeasure: Measure | null;
  /** Whether the new measure still runs: its time can be over by the ruling, and the one it replaces can have ended before. */
  measureState?: "runs" | "over_now" | "over_before";
  strikesVoided: number;
  standingUrl: string;
  /** The new measure’s own statement of reasons, where there is one. */
  statement?: ReplacingStatement | null;
  /** The same for an interim measure, which rests on no decision yet. */
  reasons?: InterimReasons | null;
}

const words = {
  en: {
    upheld: ["Our decision stands", "The measure and any strike stay as they were."],
    modified: ["Our decision is changed", "The earlier measure no longer applies. The one below takes its place."],
    overturned: ["Our decision is taken back", "The measure no longer applies. It restricts nothing from now on."],
    inadmissible: ["Your appeal cannot be reviewed", "The measure and any strike stay as they were."],
    withdrawn: ["Your appeal is withdrawn", "We stopped the review as you asked. The measure and any strike stay as they were."],
  },
  es: {
    upheld: ["Nuestra decisión se mantiene", "La medida y las faltas siguen como estaban."],
    modified: ["Cambiamos nuestra decisión", "La medida anterior ya no se aplica. La de abajo la reemplaza."],
    overturned: ["Anulamos nuestra decisión", "La medida ya no se aplica. Desde ahora no restringe nada."],
    inadmissible: ["No podemos revisar su apelación", "La medida y las faltas siguen como estaban."],
    withdrawn: ["Su apelación queda retirada", "Dejamos de revisar, como usted pidió. La medida y las faltas siguen como estaban."],
  },
} as const;

const unheard = {
  en: { late: "it came after the time limit", incomplete: "it does not say what was wrong, and asking did not help", repeated: "it repeats an appeal that we ruled on before" },
  es: { late: "llegó después del plazo", incomplete: "no dice qué estuvo mal, y preguntar no ayudó", repeated: "repite una apelación que ya resolvimos" },
} as const;

const overWords = {
  en: {
    over_now: "The earlier measure no longer applies. The one below takes its place from the same start. Its time is over already, so nothing is restricted by it from now on.",
    over_before: "The earlier measure had ended before. On your record, the one below takes its place from the same start. It restricts nothing from now on.",
  },
  es: {
    over_now: "La medida anterior ya no se aplica. La de abajo la reemplaza desde el mismo inicio. Su plazo ya terminó, así que desde ahora no restringe nada.",
    over_before: "La medida anterior ya había terminado. En su historial, la de abajo la reemplaza desde el mismo inicio. Desde ahora no restringe nada.",
  },
} as const;

/** Tells the appellant the ruling, its grounds and what changes (CF-AUP 7.3; DOMAIN: undo means undo). */
export function appealRuling(props: AppealRulingProps): RenderedEmail {
  const { from, reference, outcome } = props;
  const es = from.locale === "es";
  const [title, told] = words[from.locale][outcome];
  const why = outcome === "inadmissible" && props.inadmissibleReason && props.inadmissibleReason !== "other" ? unheard[from.locale][props.inadmissibleReason] : null;
  const { measureState = "runs" } = props;
  const effect = outcome === "modified" && measureState !== "runs" ? overWords[from.locale][measureState] : told;
  const changes = [effect, ...voided(props.strikesVoided, es)];
  return renderEmail(from, {
    subject: `${title} (${reference})`,
    preview: es ? "El resultado de su apelación y qué cambia." : "The outcome of your appeal and what changes.",
    blocks: [
      paragraph(
        outcome === "withdrawn"
          ? es ? "Usted retiró su apelación." : "You withdrew your appeal."
          : es ? "Alguien que no participó en la primera decisión revisó su apelación." : "Someone who had no part in the first decision has reviewed your appeal.",
      ),
      facts([
        [es ? "Referencia" : "Reference", reference],
        [es ? "Resultado" : "Outcome", why ? `${title}: ${why}` : title],
        [ruledOrWithdrawn(outcome, es), instant(props.ruledAt, from.zone, from.locale)],
      ]),
      ...(props.grounds ? [heading(es ? "Por qué" : "Why"), quote(props.grounds)] : []),
      heading(es ? "Qué cambia" : "What changes"),
      list(changes),
      ...(props.newMeasure ? [facts(measureRows(props.newMeasure, from.zone, from.locale))] : []),
      link(es ? "Ver el estado de su cuenta" : "See your account's standing", props.standingUrl),
      ...replacingStatement(props.statement, from),
      ...interimReasons(props.reasons, from),
    ],
  });
}

/** Nobody ruled on what was taken back. */
const ruledOrWithdrawn = (outcome: string, es: boolean): string => (outcome === "withdrawn" ? (es ? "Retirada" : "Withdrawn") : es ? "Resuelto" : "Ruled");

function voided(count: number, es: boolean): string[] {
  if (count === 0) return [];
  if (es) return [count === 1 ? "Una falta ya no cuenta." : `${count} faltas ya no cuentan.`];
  return [count === 1 ? "One strike no longer counts." : `${count} strikes no longer count.`];
}
