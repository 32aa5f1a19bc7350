import type { CountryCode } from "libphonenumber-js/max";
import type { ParsedMessage } from "../parsed-message";
import { businessNameIn } from "./business-name";
import { suggestCategory, type SuggestedCategory } from "./category";
import { languageOf } from "./language";
import { linksIn } from "./links";
import { phoneNumbersIn } from "./phone-numbers";
import { pullApart, type InnerMessage } from "./quoted";

/** What a person wrote, with what can be read in it. Nothing here decides anything. */
export interface HumanMail {
  subject: string;
  /** The sender's own words. */
  words: string;
  /** Messages they answer to, pass on or enclose. */
  inner: InnerMessage[];
  businessName: string | null;
  /** E.164. */
  phones: string[];
  /** Never fetched. */
  links: string[];
  /** BCP 47; null: too few words to tell. */
  language: string | null;
  suggestion: SuggestedCategory | null;
}

export interface HumanReport extends HumanMail {
  kind: "human_report";
  /** It calls itself a machine's report and carries none that could be read. */
  unparsedFeedback: boolean;
}

export function readHuman(message: ParsedMessage, country: CountryCode = "US"): HumanMail {
  const { own, inner } = pullApart(message);
  const everything = [message.subject, own, ...inner.map(({ subject, text }) => `${subject ?? ""}\n${text}`)].join("\n");
  return {
    subject: message.subject,
    words: own,
    inner,
    businessName: businessNameIn(own) ?? businessNameIn(everything),
    phones: phoneNumbersIn(everything, country),
    links: linksIn([everything, ...message.parts.flatMap(({ contentType, text }) => (contentType === "text/html" && text ? [hrefsOf(text)] : []))].join("\n")),
    language: languageOf(own.length >= 20 ? own : everything),
    suggestion: suggestCategory(everything),
  };
}

/** Where the links of HTML lead: what is shown of them may say otherwise. */
const hrefsOf = (html: string): string => [...html.slice(0, 200_000).matchAll(/\bhref\s{0,5}=\s{0,5}["']?(https?:[^\s"'<>]{1,2000})/gi)].slice(0, 50).map(([, link]) => link!.replaceAll("&amp;", "&")).join("\n");
