import { facts, link, paragraph } from "./blocks";
import { instant } from "./locale";
import { renderEmail, type Letterhead, type RenderedEmail } from "./render";

export interface DecisionReversedProps {
  from: Letterhead;
  reference: string;
  at: Date;
  /** `reopened`: taken back, and looked at again. */
  outcome: "unchanged" | "changed" | "reversed" | "reopened";
  statusUrl: string;
}

const words = {
  en: {
    unchanged: ["The decision on your report stands", "The account asked us to look again at the decision we told you about. A second person did, and the decision stays as it was."],
    changed: ["The decision on your report has changed", "The account asked us to look again at the decision we told you about. A second person did, and we changed what we had decided."],
    reversed: ["The decision on your report was taken back", "We looked again at the decision we told you about and found that it was wrong. We have taken it back."],
    reopened: ["We are looking at your report again", "We took back the decision we told you about, because we want to look at it again. Your report is open once more, and we will tell you what we decide."],
  },
  es: {
    unchanged: ["La decisión sobre su reporte se mantiene", "La cuenta pidió que revisáramos la decisión que le contamos. Otra persona la revisó y la decisión sigue igual."],
    changed: ["La decisión sobre su reporte cambió", "La cuenta pidió que revisáramos la decisión que le contamos. Otra persona la revisó y cambiamos lo decidido."],
    reversed: ["La decisión sobre su reporte fue anulada", "Revisamos otra vez la decisión que le contamos y vimos que estaba equivocada. La anulamos."],
    reopened: ["Revisamos su reporte otra vez", "Anulamos la decisión que le contamos porque queremos revisarla de nuevo. Su reporte vuelve a estar abierto y le contaremos lo que decidamos."],
  },
} as const;

/** Tells a reporter what became of the outcome they were told, after an appeal or a reversal (DOMAIN: undo means undo). */
export function decisionReversed({ from, reference, at, outcome, statusUrl }: DecisionReversedProps): RenderedEmail {
  const es = from.locale === "es";
  const [title, sentence] = words[from.locale][outcome];
  return renderEmail(from, {
    subject: `${title} (${reference})`,
    preview: title,
    blocks: [
      paragraph(sentence),
      facts([[es ? "Referencia" : "Reference", reference], [es ? "Fecha" : "Date", instant(at, from.zone, from.locale)]]),
      link(es ? "Ver su reporte" : "See your report", statusUrl),
      paragraph(
        es
          ? "No tiene que hacer nada. Si vuelve a pasar algo, puede reportarlo de nuevo."
          : "You do not have to do anything. If something happens again, you can report it again.",
      ),
    ],
  });
}
