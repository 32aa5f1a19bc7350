import type { PolicyArea } from "../../policy/areas";

export interface SuggestedCategory {
  area: PolicyArea;
  /** The words of the mail it rests on, as they stand there. */
  because: string[];
}

/** Words by which people tell what happened to them, English and Spanish, in small letters. */
const signs: readonly [PolicyArea, RegExp][] = [
  ["spam", /\b(?:spam(?:ming|med)?|unsolicited|junk (?:mail|messages?|texts?)|(?:never|did ?n[o']t|didn['’]t) (?:sign(?:ed)? up|subscribe|opt(?:ed)? in|consent|agree)|unsubscribe|opt(?:ed)?[ -]?out|(?:repl(?:ied|y)|wrote|sent|texted|typed) stop|stop texting|keeps? (?:texting|messaging|calling)|no solicitad[oa]s?|no desead[oa]s?|correo basura|(?:escrib[ií]|respond[ií]|contest[eé]|mand[eé]|envi[eé]) (?:la palabra )?stop|darme de baja|dar de baja|no me suscrib[ií])/g],
  ["deception", /\b(?:phish(?:ing)?|scam(?:mer|med|ming)?|fraud(?:ulent)?|impersonat(?:es|ed|ing|ion|e)|pretend(?:s|ing)? to be|fake (?:bank|site|website|invoice|delivery|prize)|identity theft|estafa|fraude|suplanta(?:ción|r|n)?|se hacen? pasar por|phishing)/g],
  ["illegal_content", /\b(?:threat(?:en(?:ed|ing|s)?|s)?|hate speech|child abuse|csam|terroris[mt]|porn(?:ography|ographic)?|illegal drugs?|weapons?|harass(?:ed|ing|ment)?|amenaza(?:s|do|r)?|acoso|pornograf[ií]a|armas|drogas)/g],
  ["security_abuse", /\b(?:malware|virus(?:es)?|trojan|ransomware|botnet|ddos|hack(?:ed|ing)?|port ?scan|brute[ -]?force|exploit|vulnerability|programa malicioso|hackead[oa])/g],
  ["intellectual_property", /\b(?:copyright(?:ed)?|trademark|dmca|pirat(?:ed|cy)|infring(?:es|ing|ement)|derechos de autor|marca registrada|pirater[ií]a)/g],
  ["data_misuse", /\b(?:(?:sold|selling|bought|purchased|shared|scraped|leaked) (?:my )?(?:data|lists?|number|phone|contacts?|details)|without my (?:consent|permission)|data breach|contact list|sin mi (?:consentimiento|permiso)|vend(?:en|ieron) mis datos)/g],
  ["privacy", /\b(?:gdpr|ccpa|delete my (?:data|information)|personal (?:data|information)|right to (?:access|erasure)|mis datos personales|protección de datos)/g],
  ["chatbot_misuse", /\b(?:chat ?bot|automated agent|bot (?:said|told|pretend))/g],
  ["whatsapp_rules", /\bwhats ?app\b/g],
];

const most = 10_000;

/**
 * The area of conduct a text seems to be about, with the words that say so. It is shown to whoever works on the report and
 * decides nothing. More different words win; of as many, what does more harm does.
 */
export function suggestCategory(text: string): SuggestedCategory | null {
  const read = text.slice(0, most).toLowerCase();
  const found = signs.map(([area, sign]) => ({ area, because: [...new Set([...read.matchAll(sign)].map(([words]) => words.replace(/\s+/g, " ")))].slice(0, 5) }));
  const weight = (area: PolicyArea) => (area === "whatsapp_rules" || area === "chatbot_misuse" ? 0.5 : area === "spam" ? 0.9 : 1);
  const [best] = found.filter(({ because }) => because.length > 0).sort((a, b) => b.because.length * weight(b.area) - a.because.length * weight(a.area));
  return best ?? null;
}
