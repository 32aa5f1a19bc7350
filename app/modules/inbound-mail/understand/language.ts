import { franc } from "franc-min";

/** Languages our readers write to us in, as ISO 639-3 and as BCP 47. */
const known = { eng: "en", spa: "es", por: "pt", fra: "fr", deu: "de", ita: "it", nld: "nl", rus: "ru", ukr: "uk", pol: "pl", tur: "tr", arb: "ar", hin: "hi", jpn: "ja", kor: "ko", cmn: "zh", tha: "th", vie: "vi", ind: "id" } as const;

/** Short words that few other languages have: trigrams say little of a sentence. */
const small: Record<"en" | "es", RegExp> = {
  en: /\b(?:the|and|this|that|they|with|you|your|not|please|from|have|has|is|are|was|were|my|me|it|to|of)\b/gi,
  es: /\b(?:el|la|los|las|que|por|para|con|una|este|esta|esto|no|me|mi|su|sus|del|está|están|es|son|favor|pero|muy|y)\b/gi,
};

/** Words that stand in any few lines of one of these languages and in none of the others that are known here. */
const telling: Record<"en" | "es", RegExp> = { en: /\b(?:the|and|this|that|they|with|you|your|please|from)\b/gi, es: /\b(?:el|los|las|del|pero|muy)\b/gi };
const enough = 3;
const onlyKnown = Object.keys(known);

/** More tells no more, and costs more than parsing the whole mail. */
const most = 400;

/** The language of a text as BCP 47, or null where it is too short to tell. */
export function languageOf(text: string): string | null {
  const words = text.slice(0, most).replace(/https?:\S+|\S+@\S+/g, " ").trim();
  const letters = words.replace(/[^\p{L}]/gu, "").length;
  if (letters < 4) return null;
  if (letters < 120) {
    const [en, es] = [words.match(small.en)?.length ?? 0, words.match(small.es)?.length ?? 0];
    if (en >= 2 && en > es) return "en";
    if (es >= 2 && es > en) return "es";
  }
  const [en, es] = [words.match(telling.en)?.length ?? 0, words.match(telling.es)?.length ?? 0];
  if (Math.max(en, es) >= enough && Math.min(en, es) === 0) return en > 0 ? "en" : "es";
  // Of a few words in Latin letters trigrams only guess; another script says much by itself.
  if (letters < 30 && !/[^\u0000-\u024f\s\p{P}\p{S}\p{N}]/u.test(words)) return null;
  const found = franc(words, { minLength: 10, only: onlyKnown });
  return known[found as keyof typeof known] ?? null;
}
