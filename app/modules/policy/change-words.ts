import type { Locale } from "~/infra/http/locale";
import type { ClauseChange, ClauseField } from "./policy-changes";
import type { Severity } from "./severity";

/** How a change is told: on the public pages and in the console. */
const en = {
  kinds: { added: "New", removed: "Removed", changed: "Changed", renumbered: "Renumbered", moved: "Moved", same: "Unchanged" } satisfies Record<ClauseChange["kind"], string>,
  legend: "How to read this",
  added: "added text",
  removed: "removed text",
  addedSign: "Added text is underlined",
  removedSign: "removed text is struck through",
  fields: { section: "Section", title: "Title", titleEs: "Spanish title", body: "Text", bodyEs: "Spanish text", severity: "How grave a breach is", reportLabel: "In the report form" } satisfies Record<ClauseField, string>,
  severities: { low: "low", medium: "medium", high: "high", critical: "critical" } satisfies Record<Severity, string>,
  layoutOnly: "Only the layout of the text changes.",
  notOffered: "not offered",
  movedTo: "The text stays; it stands in another place.",
  none: "Nothing changes in the clauses.",
  was: "was",
  count: (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`,
  counts: { added: ["new clause", "new clauses"], removed: ["clause removed", "clauses removed"], changed: ["clause changed", "clauses changed"], renumbered: ["clause renumbered", "clauses renumbered"], moved: ["clause moved", "clauses moved"] } as Record<Exclude<ClauseChange["kind"], "same">, [string, string]>,
};

const es: typeof en = {
  kinds: { added: "Nueva", removed: "Eliminada", changed: "Modificada", renumbered: "Renumerada", moved: "Trasladada", same: "Sin cambios" },
  legend: "Cómo leer esto",
  added: "texto añadido",
  removed: "texto eliminado",
  addedSign: "El texto añadido está subrayado",
  removedSign: "el texto eliminado está tachado",
  fields: { section: "Sección", title: "Título", titleEs: "Título en español", body: "Texto", bodyEs: "Texto en español", severity: "Gravedad de una infracción", reportLabel: "En el formulario de reporte" },
  severities: { low: "baja", medium: "media", high: "alta", critical: "crítica" },
  layoutOnly: "Solo cambia la presentación del texto.",
  notOffered: "no se ofrece",
  movedTo: "El texto es el mismo; está en otro lugar.",
  none: "Ninguna cláusula cambia.",
  was: "antes",
  count: (n, one, many) => `${n} ${n === 1 ? one : many}`,
  counts: { added: ["cláusula nueva", "cláusulas nuevas"], removed: ["cláusula eliminada", "cláusulas eliminadas"], changed: ["cláusula modificada", "cláusulas modificadas"], renumbered: ["cláusula renumerada", "cláusulas renumeradas"], moved: ["cláusula trasladada", "cláusulas trasladadas"] },
};

export const changeWords = (locale: Locale) => (locale === "es" ? es : en);

/** "2 clauses changed, 1 new clause" */
export function countsInWords(counts: Record<Exclude<ClauseChange["kind"], "same">, number>, locale: Locale): string {
  const words = changeWords(locale);
  const parts = (["changed", "added", "removed", "renumbered", "moved"] as const).flatMap((kind) => (counts[kind] > 0 ? [words.count(counts[kind], ...words.counts[kind])] : []));
  return parts.length > 0 ? new Intl.ListFormat(locale, { type: "conjunction" }).format(parts) : words.none;
}

/** The line under a version's title: what it changes, and in which version. */
export const changesBeside = (counts: Parameters<typeof countsInWords>[0], before: number): string => `Beside version ${before}: ${countsInWords(counts, "en")}`;
