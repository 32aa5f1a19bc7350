import type { CivilDay } from "~/infra/civil-day";

/** A platform as it is seeded: its terms are data from here on and an admin changes them there. */
export type CataloguePlatform = {
  key: string;
  name: string;
  legalName: string;
  postalAddress: string;
  abuseEmail: string;
  appealsEmail: string;
  supportEmail: string;
  securityEmail: string;
  zone: string;
  calendar: "us_federal" | "weekdays";
  defaultLanguage: "en" | "es";
  appealWindowDays: number;
  appealSlaBusinessDays: number;
  policyNoticeLeadDays: number;
  interimMeasureDays: number;
  fourEyesSuspensionDays: number;
  deletionDays: number;
  accessRequestDays: number;
  features: readonly { code: string; name: string; nameEs: string; includes?: string[] }[];
  holidays: readonly { day: CivilDay; name: string }[];
};

/** CF-AUP 7.1, 7.3 and 9 for everyone, since no other source sets a term of its own; CHAT-PP 6 and CONT-PP 5, 8 for data. */
const terms = {
  appealWindowDays: 30,
  appealSlaBusinessDays: 10,
  policyNoticeLeadDays: 14,
  interimMeasureDays: 7,
  fourEyesSuspensionDays: 30,
  deletionDays: 30,
  accessRequestDays: 30,
} as const;

/** What every messaging platform can switch off for one account; a platform adds its own. */
const common = [
  { code: "marketing_messages", name: "marketing messages", nameEs: "mensajes de marketing" },
  { code: "template_messages", name: "template messages", nameEs: "mensajes con plantilla" },
  { code: "all_messages", name: "all messages", nameEs: "todos los mensajes", includes: ["marketing_messages", "template_messages"] },
  { code: "new_numbers", name: "adding phone numbers", nameEs: "alta de números de teléfono" },
  { code: "chatbot", name: "chatbot", nameEs: "chatbot" },
  { code: "api_access", name: "API access", nameEs: "acceso a la API" },
  { code: "contact_import", name: "contact import", nameEs: "importación de contactos" },
] satisfies CataloguePlatform["features"];

/**
 * The sources hide most of the addresses. Those stand here as role addresses on a reserved demo domain
 * (`*.example`), which nobody can own and no mail can reach; the ones a source shows are as shown. Where a source names
 * no company, postal address or zone, that is said or UTC is used.
 */
export const cataloguePlatforms: readonly CataloguePlatform[] = [
  {
    ...terms,
    key: "customerflows",
    name: "CustomerFlows",
    legalName: "Keilani Media Group LLC",
    postalAddress: "30 N Gould St, Ste R, Sheridan, WY 82801, United States",
    abuseEmail: "abuse@customerflows.example",
    appealsEmail: "appeals@customerflows.example",
    supportEmail: "support@customerflows.example",
    securityEmail: "security@customerflows.example",
    zone: "America/Denver",
    calendar: "us_federal",
    defaultLanguage: "en",
    features: common,
    holidays: [],
  },
  {
    ...terms,
    key: "chatflow",
    name: "ChatFlow CRM",
    legalName: "ChatFlow CRM",
    postalAddress: "No postal address is published",
    abuseEmail: "abuse@chatflow.example",
    appealsEmail: "appeals@chatflow.example",
    supportEmail: "firstfashionstore0@gmail.com",
    securityEmail: "security@chatflow.example",
    zone: "UTC",
    calendar: "weekdays",
    defaultLanguage: "en",
    features: common,
    holidays: [],
  },
  {
    ...terms,
    key: "contactflow",
    name: "ContactFlow.ai",
    legalName: "ContactFlow.ai",
    postalAddress: "No postal address is published",
    abuseEmail: "abuse@contactflow.example",
    appealsEmail: "appeals@contactflow.example",
    supportEmail: "support@contactflow.example",
    securityEmail: "security@contactflow.example",
    zone: "UTC",
    calendar: "weekdays",
    defaultLanguage: "en",
    features: [
      ...common,
      { code: "voice_calls", name: "voice calls", nameEs: "llamadas de voz" },
      { code: "ai_agents", name: "AI agents", nameEs: "agentes de IA" },
    ],
    holidays: [],
  },
  {
    ...terms,
    key: "casaflow",
    name: "CasaFlow",
    legalName: "CasaFlow",
    postalAddress: "No postal address is published",
    abuseEmail: "abuse@casaflow.example",
    appealsEmail: "appeals@casaflow.example",
    supportEmail: "hi@casaflowhq.com",
    securityEmail: "security@casaflow.example",
    zone: "America/Chicago",
    calendar: "us_federal",
    defaultLanguage: "en",
    features: [
      ...common,
      { code: "voice_calls", name: "voice calls", nameEs: "llamadas de voz" },
      { code: "ai_voice_agent", name: "AI voice agent", nameEs: "agente de voz con IA" },
    ],
    holidays: [],
  },
  {
    ...terms,
    key: "xpecto",
    name: "Xpecto",
    legalName: "Xpecto IT Solutions",
    postalAddress: "No postal address is published",
    abuseEmail: "support@xpectoitsolutions.com",
    appealsEmail: "appeals@xpecto.example",
    supportEmail: "support@xpectoitsolutions.com",
    securityEmail: "security@xpecto.example",
    zone: "Asia/Kolkata",
    calendar: "weekdays",
    defaultLanguage: "en",
    features: common,
    holidays: [2026, 2027, 2028].flatMap((year) => [
      { day: `${year}-01-26`, name: "Republic Day" },
      { day: `${year}-08-15`, name: "Independence Day" },
      { day: `${year}-10-02`, name: "Gandhi Jayanti" },
    ]),
  },
];
