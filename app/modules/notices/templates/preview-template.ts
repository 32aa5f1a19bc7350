import type { PropsOf } from "../audience";
import type { TemplatedKind } from "./catalogue";
import { renderTemplate, vocabularyOf } from "./fill";
import { checkTemplate, type TemplateProblem, type TemplateText } from "./language";
import { samplesIn } from "./samples";
import { sampleLetterhead } from "./starter";
import type { Locale } from "#emails/locale";

export interface TemplatePreview {
  problems: TemplateProblem[];
  /** Null while something has to be mended. */
  mail: { subject: string; text: string; html: string } | null;
}

/** What a template would make of sample facts, or what keeps it from being saved. */
export function previewTemplate(kind: TemplatedKind, language: Locale, text: TemplateText): TemplatePreview {
  const problems = checkTemplate(text, vocabularyOf(kind));
  if (problems.length > 0) return { problems, mail: null };
  const props = samplesIn(language)[kind] as PropsOf<TemplatedKind>;
  const { subject, text: plain, html } = renderTemplate(kind, text, props, sampleLetterhead(language));
  return { problems, mail: { subject, text: plain, html } };
}
