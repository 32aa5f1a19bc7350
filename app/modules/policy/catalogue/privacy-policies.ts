import { section, type CataloguePolicy } from "./clause";

type Rest = [Parameters<typeof section>[2], Parameters<typeof section>[3]];
const chat = (number: string, ...rest: Rest) => section("CHAT-PP", number, ...rest);
const cont = (number: string, ...rest: Rest) => section("CONT-PP", number, ...rest);
const casa = (number: string, ...rest: Rest) => section("CASA-PP", number, ...rest);

/**
 * Privacy policies mostly bind the platform itself; those clauses have no label in the report form. The few that an
 * account holder can breach have one, so that a person can report it.
 */
export const chatPp: CataloguePolicy = {
  code: "CHAT-PP",
  platform: "chatflow",
  kind: "privacy",
  title: "ChatFlow CRM privacy policy",
  titleEs: "Política de privacidad de ChatFlow CRM",
  effectiveOn: "2026-02-13",
  lastUpdatedOn: "2026-02-13",
  summary: "The first version kept here.",
  clauses: [
    ...chat("1", "privacy", [["", "low", "Who is responsible", "Who runs the service and what this policy covers.", "", ""]]),
    ...chat("2", "privacy", [
      ["a", "low", "Account details collected", "Name, mail address and organisation are collected with the account.", "", ""],
      ["b", "medium", "WhatsApp data for CRM only", "Messages, numbers and their metadata are handled to provide the CRM and for nothing else.", "A business uses my WhatsApp messages for something else", "Una empresa usa mis mensajes de WhatsApp para otra cosa"],
      ["c", "low", "Usage data", "Pages, features and times of use are recorded.", "", ""],
    ]),
    ...chat("3", "privacy", [
      ["a", "low", "Use: providing the service", "Data serves to run the CRM.", "", ""],
      ["b", "low", "Use: routing messages", "Data serves to handle WhatsApp messages for the customer.", "", ""],
      ["c", "low", "Use: better service", "Data serves to improve and adapt the service.", "", ""],
      ["d", "low", "Use: telling customers", "Data serves to inform about the service and give support.", "", ""],
      ["e", "high", "Use: stopping abuse", "Data serves to find, stop and mend faults and abuse of the service.", "A business abuses ChatFlow to bother or harm people", "Una empresa abusa de ChatFlow para molestar o dañar a otros"],
    ]),
    ...chat("4", "privacy", [["", "high", "Storage and encryption", "Data is kept encrypted; credentials are sealed with AES-256-GCM.", "", ""]]),
    ...chat("5", "privacy", [["", "high", "Sharing", "Personal data is not sold and goes to providers or authorities only where needed.", "", ""]]),
    ...chat("6", "privacy", [["", "high", "Keeping and deleting", "Personal data is gone within 30 days of the deletion of the account.", "", ""]]),
    ...chat("7", "privacy", [["", "medium", "Rights of people", "Access, correction, deletion, objection and a portable copy.", "", ""]]),
    ...chat("8", "privacy", [["", "low", "Contact", "Where to ask and where to exercise rights.", "", ""]]),
  ],
};

export const contPp: CataloguePolicy = {
  code: "CONT-PP",
  platform: "contactflow",
  kind: "privacy",
  title: "ContactFlow.ai privacy policy",
  titleEs: "Política de privacidad de ContactFlow.ai",
  effectiveOn: "2025-01-01",
  lastUpdatedOn: null,
  summary: "The first version kept here. The source shows no date.",
  clauses: [
    ...cont("1", "privacy", [
      ["a", "low", "Account and profile data", "Name, mail address and workspace details are collected to run the account.", "", ""],
      ["b", "low", "Usage and technical data", "Address, device, pages and agent settings are recorded.", "", ""],
      ["c", "medium", "Agent conversations", "What AI agents are told and say is handled to give the service, not to profile or sell.", "An AI agent misused what I told it", "Un agente de IA usó mal lo que le conté"],
      ["d", "high", "Contact data needs a legal basis", "Businesses answer for having the right to hold and use the contacts they bring in.", "A business has my details without a right to them", "Una empresa tiene mis datos sin derecho a ello"],
    ]),
    ...cont("2", "privacy", [["", "medium", "Use of data", "Data serves the platform, its agents, support, service messages and the law; it is not sold or used for advertising.", "", ""]]),
    ...cont("3", "privacy", [["", "medium", "AI and other providers", "Conversations go to AI, telephony and messaging providers under agreements.", "", ""]]),
    ...cont("4", "privacy", [["", "low", "Cookies", "Only cookies the service needs, none for advertising.", "", ""]]),
    ...cont("5", "privacy", [["", "high", "Retention", "Contacts are purged within 30 days of deletion or of closing the account.", "", ""]]),
    ...cont("6", "privacy", [["", "high", "Sharing", "Data is shared only to deliver the service, by law, on instruction or in a merger.", "", ""]]),
    ...cont("7", "privacy", [["", "high", "Security", "Encryption, role-based access and regular reviews.", "", ""]]),
    ...cont("8", "privacy", [["", "medium", "Rights of people", "Access, correction, deletion, export and objection, answered within 30 days.", "", ""]]),
    ...cont("9", "privacy", [["", "high", "Nobody under 18", "The service is not meant for minors and keeps no data of theirs.", "A business collects data of children", "Una empresa recoge datos de menores"]]),
    ...cont("10", "privacy", [["", "low", "Changes", "How people learn of a new version.", "", ""]]),
    ...cont("11", "privacy", [["", "low", "Contact", "Where to ask.", "", ""]]),
  ],
};

export const casaPp: CataloguePolicy = {
  code: "CASA-PP",
  platform: "casaflow",
  kind: "privacy",
  title: "CasaFlow privacy policy",
  titleEs: "Política de privacidad de CasaFlow",
  effectiveOn: "2026-03-05",
  lastUpdatedOn: "2026-03-05",
  summary: "The first version kept here.",
  clauses: [
    ...casa("1", "privacy", [["", "low", "What is collected", "Account, contact, messaging, voice, AI, usage and billing data.", "", ""]]),
    ...casa("2", "privacy", [["", "medium", "Use of data", "Data serves the service and its messaging; numbers and consent are not used for anything else.", "", ""]]),
    ...casa("3", "whatsapp_rules", [
      ["a", "medium", "Messages need prior consent", "Businesses get express consent before they send a text message.", "They text me without my consent", "Me envían mensajes de texto sin mi permiso"],
      ["b", "high", "STOP ends it", "An opt-out by STOP is honoured at once, in every campaign to that number.", "I still get texts after I replied STOP", "Sigo recibiendo mensajes después de responder STOP"],
      ["c", "low", "START or YES opts in again", "A recipient confirms by START or YES.", "They signed me up again without my answer", "Me volvieron a inscribir sin mi respuesta"],
      ["d", "low", "HELP is answered", "HELP is answered with a way to reach support.", "I replied HELP and got no answer", "Respondí HELP y no me contestaron"],
      ["e", "low", "Frequency as told", "People are told at opt-in how often they will be written to.", "They text me far more often than they said", "Me escriben mucho más de lo que dijeron"],
      ["f", "low", "Carrier rates", "Messages may cost what the recipient's carrier charges.", "", ""],
      ["g", "high", "Numbers and consent are not passed on", "Numbers and consent data do not go to others for their own marketing.", "They gave my number to others for marketing", "Dieron mi número a otros para publicidad"],
    ]),
    ...casa("4", "chatbot_misuse", [
      ["a", "medium", "Callers may reach an AI", "Calls may be handled by an AI voice agent.", "An AI on the phone pretended to be a person", "Una IA al teléfono se hizo pasar por una persona"],
      ["b", "low", "Voice goes to a provider", "Voice data is handled by another company's AI service.", "", ""],
      ["c", "medium", "Calls may be recorded", "Calls are recorded and transcribed for quality and for the law.", "", ""],
      ["d", "low", "AI can be wrong", "Answers rest on the business's settings and may contain errors.", "An AI agent told me something false", "Un agente de IA me dijo algo falso"],
      ["e", "high", "Recording needs lawful consent", "Businesses follow the call-recording law of the place.", "They recorded my call without my consent", "Grabaron mi llamada sin mi permiso"],
    ]),
    ...casa("5", "privacy", [["", "high", "Sharing", "Nothing is sold; data goes to providers, by law, in a transfer of the business or by consent.", "", ""]]),
    ...casa("6", "privacy", [["", "high", "Security", "Encryption, access control, assessments and safe keeping of consent records.", "", ""]]),
    ...casa("7", "privacy", [["", "medium", "Retention", "Kept as long as service, law and disputes need it.", "", ""]]),
    ...casa("8", "privacy", [["", "medium", "Rights of people", "Access, correction, deletion and restriction.", "", ""]]),
    ...casa("9", "privacy", [["", "high", "Nobody under 18", "The service is not meant for minors and keeps no data of theirs.", "A business collects data of children", "Una empresa recoge datos de menores"]]),
    ...casa("10", "privacy", [["", "low", "Changes", "How people learn of a new version.", "", ""]]),
    ...casa("11", "privacy", [["", "low", "Contact", "Where to ask.", "", ""]]),
  ],
};
