/**
 * Whether a message that somebody sent back takes their consent away or gives it anew (CF-AUP 4.3, CASA-PP 3).
 *
 * The whole message has to be the word, as carriers and 47 CFR 64.1200(a)(10) have it: "stop" ends it, "please don't stop"
 * does not. Case, accents, width, punctuation, spaces and emoji around and between the words do not matter, nor do characters
 * that nobody sees, wherever they stand: keyboards and templates leave them behind. HELP and its like change nothing.
 */
export type OptWord = "opt_out" | "opt_in";

/** By language; folded as `fold` does. Only words that say nothing else when they stand alone. */
const optOut = {
  en: ["stop", "stop all", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "opt out", "optout", "remove", "td"],
  es: ["alto", "parar", "pare", "baja", "cancelar", "detener", "no mas", "desuscribir", "desuscribirme", "darme de baja", "salir"],
  fr: ["arret", "arreter", "arretez", "stopper", "desabonner", "desabonnement", "annuler", "desinscrire", "desinscription"],
  de: ["stopp", "halt", "abmelden", "abbestellen", "abmeldung", "beenden", "kundigen", "kuendigen"],
  pt: ["pare", "parar", "sair", "cancelar", "descadastrar", "remover", "cancelar inscricao"],
} as const;

const optIn = {
  en: ["start", "yes", "unstop"],
  es: ["si", "empezar", "iniciar", "alta"],
  fr: ["oui", "demarrer", "commencer"],
  de: ["ja", "starten", "anmelden"],
  pt: ["sim", "comecar", "iniciar"],
} as const;

const words = new Map<string, OptWord>([
  ...Object.values(optOut).flat().map((word) => [word, "opt_out"] as const),
  ...Object.values(optIn).flat().map((word) => [word, "opt_in"] as const),
]);

/** Longer than any word here with whatever may surround it. */
const longest = 200;

const fold = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu, "")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

export function optWordOf(text: string): OptWord | null {
  return text.length > longest ? null : (words.get(fold(text)) ?? null);
}
