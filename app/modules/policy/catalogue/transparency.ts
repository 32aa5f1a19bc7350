import type { Keyword, StatementCategory } from "../../transparency/dsa-values";
import { isPolicyArea, type PolicyArea } from "../areas";

/** What the transparency database is told about a breach of a clause. */
export type TransparencyClass = {
  category: StatementCategory;
  /** Other categories it falls into as well. */
  also: readonly StatementCategory[];
  keywords: readonly Keyword[];
  /** What it is, where no keyword says it. */
  otherKeyword: string | null;
  /** Whether the clause by its own words forbids what the law forbids too. */
  illegal: boolean;
  /** What was judged: messages, calls, or how the account behaved. */
  judged: "text" | "audio" | "conduct";
};

type Short<Prefix extends string, T extends string> = T extends `${Prefix}${infer Rest}` ? Rest : never;
type Category = Short<"STATEMENT_CATEGORY_", StatementCategory>;
type Word = Short<"KEYWORD_", Keyword>;

type Rest = Partial<Pick<TransparencyClass, "illegal" | "judged">> & { also?: readonly Category[]; other?: string };

function is(category: Category, words: readonly Word[], { also = [], other, illegal = false, judged = "text" }: Rest = {}): TransparencyClass {
  return {
    category: `STATEMENT_CATEGORY_${category}`,
    also: also.map((one) => `STATEMENT_CATEGORY_${one}` as const),
    keywords: [...words.map((word) => `KEYWORD_${word}` as const), ...(other ? (["KEYWORD_OTHER"] as const) : [])],
    otherKeyword: other ?? null,
    illegal,
    judged,
  };
}

const privacy = "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS";
const terms = "OTHER_VIOLATION_TC";
const noConsent = is(privacy, ["MISSING_PROCESSING_GROUND"], { also: [terms], other: "Messages without consent" });
const messageRules = (other: string) => is(terms, [], { other });
const conduct = (other: string) => is(terms, [], { other, judged: "conduct" });
const breakIn = is(terms, [], { other: "Unauthorised access", illegal: true, judged: "conduct" });
const malware = is("SCAMS_AND_FRAUD", [], { other: "Malicious software", illegal: true, judged: "conduct" });
const dataRule = (other: string) => is(privacy, [], { other, judged: "conduct" });
const minors = is("PROTECTION_OF_MINORS", ["AGE_SPECIFIC_RESTRICTIONS_MINORS"], { also: [privacy], judged: "conduct" });

/** Every clause of the catalogue, by its code. */
const classes: Readonly<Record<string, TransparencyClass>> = {
  "CF-AUP-3.1.a": noConsent,
  "CF-AUP-3.1.b": noConsent,
  "CF-AUP-3.1.c": messageRules("Breach of the messaging network's rules"),
  "CF-AUP-3.1.d": noConsent,
  "CF-AUP-3.1.e": is("SCAMS_AND_FRAUD", ["PYRAMID_SCHEMES"]),
  "CF-AUP-3.2.a": is(terms, [], { other: "Unlawful activity", illegal: true }),
  "CF-AUP-3.2.b": is("CYBER_VIOLENCE", ["CYBER_HARASSMENT"], { also: ["ILLEGAL_OR_HARMFUL_SPEECH"] }),
  "CF-AUP-3.2.c": is("VIOLENCE", ["INCITEMENT_VIOLENCE_HATRED"], { also: ["RISK_FOR_PUBLIC_SECURITY", "ILLEGAL_OR_HARMFUL_SPEECH"], illegal: true }),
  "CF-AUP-3.2.d": is("UNSAFE_AND_PROHIBITED_PRODUCTS", ["PROHIBITED_PRODUCTS"], { illegal: true }),
  "CF-AUP-3.2.e": is("SCAMS_AND_FRAUD", ["PHISHING", "IMPERSONATION_ACCOUNT_HIJACKING"], { illegal: true }),
  "CF-AUP-3.2.f": malware,
  "CF-AUP-3.3.a": is("CONSUMER_INFORMATION", ["MISLEADING_INFO_GOODS_SERVICES"]),
  "CF-AUP-3.3.b": is("SCAMS_AND_FRAUD", ["IMPERSONATION_ACCOUNT_HIJACKING"]),
  "CF-AUP-3.3.c": is("CONSUMER_INFORMATION", ["MISLEADING_INFO_GOODS_SERVICES"], { also: ["SCAMS_AND_FRAUD"] }),
  "CF-AUP-3.3.d": is("CONSUMER_INFORMATION", ["INSUFFICIENT_INFORMATION_ON_TRADERS", "MISLEADING_INFO_GOODS_SERVICES"]),
  "CF-AUP-3.3.e": is("SCAMS_AND_FRAUD", ["PHISHING"], { also: [privacy] }),
  "CF-AUP-3.4.a": is(privacy, ["MISSING_PROCESSING_GROUND"], { illegal: true, judged: "conduct" }),
  "CF-AUP-3.4.b": is(privacy, ["MISSING_PROCESSING_GROUND"], { judged: "conduct" }),
  "CF-AUP-3.4.c": is(privacy, ["MISSING_PROCESSING_GROUND"], { judged: "conduct" }),
  "CF-AUP-3.4.d": dataRule("Re-identification of anonymous data"),
  "CF-AUP-3.4.e": dataRule("Sensitive data kept without need or care"),
  "CF-AUP-3.5.a": breakIn,
  "CF-AUP-3.5.b": conduct("Reverse engineering"),
  "CF-AUP-3.5.c": conduct("Unauthorised automation"),
  "CF-AUP-3.5.d": conduct("Deliberate disruption of the service"),
  "CF-AUP-3.5.e": is("SCAMS_AND_FRAUD", ["INAUTHENTIC_ACCOUNTS"], { also: [terms], judged: "conduct" }),
  "CF-AUP-3.5.f": conduct("Resale without permission"),
  "CF-AUP-3.5.g": conduct("Competing product through the API"),
  "CF-AUP-3.6.a": messageRules("Expert advice given by a chatbot"),
  "CF-AUP-3.6.b": is("CONSUMER_INFORMATION", ["MISLEADING_INFO_GOODS_SERVICES"]),
  "CF-AUP-3.6.c": is(privacy, ["MISSING_PROCESSING_GROUND"]),
  "CF-AUP-3.6.d": is("CONSUMER_INFORMATION", [], { other: "Automated conversation not disclosed" }),
  "CF-AUP-3.6.e": is(terms, [], { other: "Conduct against competition", illegal: true, judged: "conduct" }),
  "CF-AUP-4.1.a": messageRules("Message template that was not approved"),
  "CF-AUP-4.1.b": noConsent,
  "CF-AUP-4.1.c": is("CONSUMER_INFORMATION", ["INSUFFICIENT_INFORMATION_ON_TRADERS"]),
  "CF-AUP-4.1.d": is("CONSUMER_INFORMATION", ["MISLEADING_INFO_CONSUMER_RIGHTS"], { also: [terms] }),
  "CF-AUP-4.2.a": noConsent,
  "CF-AUP-4.2.b": noConsent,
  "CF-AUP-4.2.c": noConsent,
  "CF-AUP-4.2.d": noConsent,
  "CF-AUP-4.3.a": noConsent,
  "CF-AUP-4.3.b": noConsent,
  "CF-AUP-4.3.c": is("CONSUMER_INFORMATION", ["HIDDEN_ADVERTISEMENT"], { also: [terms] }),
  "CF-AUP-4.4.a": messageRules("Marketing messages too often"),
  "CF-AUP-4.4.b": messageRules("Automated follow-ups too close together"),
  "CF-AUP-4.4.c": messageRules("Marketing messages in quiet hours"),
  "CF-AUP-5.a": conduct("API rate limits exceeded"),
  "CF-AUP-5.b": breakIn,
  "CF-AUP-5.c": conduct("API key exposed"),
  "CF-AUP-5.d": conduct("Bulk extraction of data"),
  "CF-AUP-5.e": conduct("Security weakness not reported"),

  "XP-AUP-3.1.a": noConsent,
  "XP-AUP-3.1.b": messageRules("Advertising unrelated to the business"),
  "XP-AUP-3.2.a": is(terms, [], { other: "Unlawful messages", illegal: true }),
  "XP-AUP-3.2.b": is("SCAMS_AND_FRAUD", ["PHISHING"], { also: ["CYBER_VIOLENCE"], illegal: true }),
  "XP-AUP-3.3.a": messageRules("Getting around the messaging network's limits"),
  "XP-AUP-3.3.b": conduct("Messages sent by unauthorised tools"),
  "XP-AUP-3.4.a": breakIn,
  "XP-AUP-3.4.b": malware,
  "XP-AUP-3.4.c": conduct("Tampering with the service"),
  "XP-AUP-3.5.a": is("INTELLECTUAL_PROPERTY_INFRINGEMENTS", ["COPYRIGHT_INFRINGEMENT", "TRADEMARK_INFRINGEMENT"], { illegal: true }),
  "XP-AUP-3.6.a": conduct("Message limits exceeded or service flooded"),
  "XP-AUP-3.6.b": conduct("Credentials shared"),

  "CHAT-PP-1": dataRule("Who is responsible for personal data"),
  "CHAT-PP-2.a": dataRule("Collection of account data"),
  "CHAT-PP-2.b": is(privacy, ["MISSING_PROCESSING_GROUND"], { judged: "conduct" }),
  "CHAT-PP-2.c": dataRule("Collection of usage data"),
  "CHAT-PP-3.a": dataRule("Purpose of processing"),
  "CHAT-PP-3.b": dataRule("Purpose of processing"),
  "CHAT-PP-3.c": dataRule("Purpose of processing"),
  "CHAT-PP-3.d": dataRule("Purpose of processing"),
  "CHAT-PP-3.e": conduct("Abuse of the service"),
  "CHAT-PP-4": dataRule("Security of personal data"),
  "CHAT-PP-5": dataRule("Sharing of personal data"),
  "CHAT-PP-6": is(privacy, ["RIGHT_TO_BE_FORGOTTEN"], { judged: "conduct" }),
  "CHAT-PP-7": dataRule("Rights of the people concerned"),
  "CHAT-PP-8": dataRule("Contact for data protection"),

  "CONT-PP-1.a": dataRule("Collection of account data"),
  "CONT-PP-1.b": dataRule("Collection of usage data"),
  "CONT-PP-1.c": is(privacy, ["MISSING_PROCESSING_GROUND"]),
  "CONT-PP-1.d": is(privacy, ["MISSING_PROCESSING_GROUND"], { illegal: true, judged: "conduct" }),
  "CONT-PP-2": dataRule("Purpose of processing"),
  "CONT-PP-3": dataRule("Sharing of personal data"),
  "CONT-PP-4": dataRule("Cookies"),
  "CONT-PP-5": is(privacy, ["RIGHT_TO_BE_FORGOTTEN"], { judged: "conduct" }),
  "CONT-PP-6": dataRule("Sharing of personal data"),
  "CONT-PP-7": dataRule("Security of personal data"),
  "CONT-PP-8": dataRule("Rights of the people concerned"),
  "CONT-PP-9": minors,
  "CONT-PP-10": dataRule("Notice of changes"),
  "CONT-PP-11": dataRule("Contact for data protection"),

  "CASA-PP-1": dataRule("Collection of personal data"),
  "CASA-PP-2": dataRule("Purpose of processing"),
  "CASA-PP-3.a": noConsent,
  "CASA-PP-3.b": noConsent,
  "CASA-PP-3.c": noConsent,
  "CASA-PP-3.d": messageRules("Request for help not answered"),
  "CASA-PP-3.e": messageRules("Messages more often than announced"),
  "CASA-PP-3.f": messageRules("Cost of messages"),
  "CASA-PP-3.g": is(privacy, ["MISSING_PROCESSING_GROUND"], { judged: "conduct" }),
  "CASA-PP-4.a": is("CONSUMER_INFORMATION", [], { other: "Automated conversation not disclosed", judged: "audio" }),
  "CASA-PP-4.b": dataRule("Sharing of personal data"),
  "CASA-PP-4.c": is(privacy, ["MISSING_PROCESSING_GROUND"], { judged: "audio" }),
  "CASA-PP-4.d": is("CONSUMER_INFORMATION", ["MISLEADING_INFO_GOODS_SERVICES"], { judged: "audio" }),
  "CASA-PP-4.e": is(privacy, ["MISSING_PROCESSING_GROUND"], { illegal: true, judged: "audio" }),
  "CASA-PP-5": dataRule("Sharing of personal data"),
  "CASA-PP-6": dataRule("Security of personal data"),
  "CASA-PP-7": is(privacy, ["RIGHT_TO_BE_FORGOTTEN"], { judged: "conduct" }),
  "CASA-PP-8": dataRule("Rights of the people concerned"),
  "CASA-PP-9": minors,
  "CASA-PP-10": dataRule("Notice of changes"),
  "CASA-PP-11": dataRule("Contact for data protection"),
};

/** For a clause that a later version brings: what its area comes to, until somebody says it more closely. */
const ofArea: Readonly<Record<PolicyArea, TransparencyClass>> = {
  spam: noConsent,
  illegal_content: is(terms, [], { other: "Illegal or harmful content" }),
  deception: is("CONSUMER_INFORMATION", ["MISLEADING_INFO_GOODS_SERVICES"]),
  data_misuse: dataRule("Misuse of personal data"),
  platform_abuse: conduct("Abuse of the service"),
  chatbot_misuse: messageRules("Misuse of a chatbot"),
  whatsapp_rules: messageRules("Breach of messaging rules"),
  api_use: conduct("Misuse of the API"),
  intellectual_property: is("INTELLECTUAL_PROPERTY_INFRINGEMENTS", ["COPYRIGHT_INFRINGEMENT"]),
  security_abuse: conduct("Abuse of security"),
  resource_misuse: conduct("Misuse of resources"),
  privacy: dataRule("Data protection"),
};

const unknownArea = conduct("Other breach of the terms");

export const isClassified = (clauseCode: string): boolean => Object.hasOwn(classes, clauseCode);

/** What a breach of the clause is to the transparency database; every clause comes to something. */
export function transparencyClass({ code, area }: { code: string; area: string }): TransparencyClass {
  const own = Object.hasOwn(classes, code) ? classes[code] : undefined;
  return own ?? (isPolicyArea(area) ? ofArea[area] : unknownArea);
}
