import type { Locale } from "~/infra/http/locale";

/** What the public pages of the policies say around the clauses. */
const en = {
  title: "Policies",
  lead: "The rules each platform enforces, as they are in force today.",
  policyLead: (platform: string, version: number) => `What ${platform} enforces, clause by clause, in plain words. Version ${version}.`,
  bodies: null as string | null,
  lastUpdated: "Last updated",
  publishedBy: "Published by",
  reportAbuse: "Report abuse",
  appeals: "Appeals",
};

const es: typeof en = {
  title: "Políticas",
  lead: "Las reglas que aplica cada plataforma, tal como están vigentes hoy.",
  policyLead: (platform, version) => `Lo que ${platform} hace cumplir, cláusula por cláusula, en palabras sencillas. Versión ${version}.`,
  bodies: "Los títulos de las cláusulas están en español; su explicación, por ahora, solo en inglés.",
  lastUpdated: "Última actualización:",
  publishedBy: "Publicada por",
  reportAbuse: "Reportar un abuso",
  appeals: "Apelaciones",
};

export const policyWords = (locale: Locale) => (locale === "es" ? es : en);
