/**
 * The areas of conduct that clauses fall into. An account has at most one open case per area, so an area is as wide
 * as one investigation.
 */
export const policyAreas = [
  "spam",
  "illegal_content",
  "deception",
  "data_misuse",
  "platform_abuse",
  "chatbot_misuse",
  "whatsapp_rules",
  "api_use",
  "intellectual_property",
  "security_abuse",
  "resource_misuse",
  "privacy",
] as const;
export type PolicyArea = (typeof policyAreas)[number];

/** As it stands in a sentence: "second active strike for spam". */
export const areaNames: Record<PolicyArea, string> = {
  spam: "spam",
  illegal_content: "illegal or harmful content",
  deception: "deception",
  data_misuse: "data misuse",
  platform_abuse: "platform abuse",
  chatbot_misuse: "chatbot misuse",
  whatsapp_rules: "messaging rules",
  api_use: "API use",
  intellectual_property: "intellectual property",
  security_abuse: "security abuse",
  resource_misuse: "resource misuse",
  privacy: "privacy",
};

/** As it stands in a Spanish sentence. */
const areaNamesEs: Record<PolicyArea, string> = {
  spam: "mensajes no solicitados",
  illegal_content: "contenido ilegal o dañino",
  deception: "engaño",
  data_misuse: "uso indebido de datos",
  platform_abuse: "abuso de la plataforma",
  chatbot_misuse: "uso indebido del chatbot",
  whatsapp_rules: "reglas de mensajería",
  api_use: "uso de la API",
  intellectual_property: "propiedad intelectual",
  security_abuse: "abuso de seguridad",
  resource_misuse: "uso indebido de recursos",
  privacy: "privacidad",
};

export const isPolicyArea = (text: string): text is PolicyArea => (policyAreas as readonly string[]).includes(text);

/** The area's name in a sentence; an area added by a later policy reads as its code, spaced. */
export const areaName = (area: string, language = "en"): string =>
  isPolicyArea(area) ? (language === "es" ? areaNamesEs : areaNames)[area] : area.replaceAll("_", " ");
