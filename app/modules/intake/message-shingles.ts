/** More of a text says nothing new about whether it is the same message. */
const mostText = 12_000;
const shingleLength = 4;
/** Fewer different pieces ("STOP", one word a thousand times) are no message that could be told from others. */
export const fewestShingles = 10;

/** Letters of other scripts that are drawn like Latin ones. Written in their own script they change alike everywhere. */
const drawnAlike = new Map([..."аaеeоoрpсcуyхxіiјjѕsԁdһhӏlкkмmтtвbнhɡgɑaαaοoεeρpνvιiκkτtυuχxηnωwıi"].reduce<[string, string][]>((pairs, sign, at, all) => (at % 2 === 0 ? [...pairs, [sign, all[at + 1]!]] : pairs), []));

/** What a mail's quoted head says of who sent it when is different in each copy. */
const quotedHead = /^[ \t>*]{0,8}(?:from|to|cc|date|sent|reply-to|de|para|fecha|enviado)[ \t*]{0,4}:.{0,400}$/gimu;

/**
 * What of a message is the same in all copies of it: letters alone, however they are spelled, spaced, accented or drawn.
 * A template's values go: what holds a digit is a number or code, what has the form of an address is a link.
 */
export function commonText(raw: string): string {
  const words = raw
    .slice(0, mostText)
    .replace(quotedHead, "")
    .normalize("NFKD")
    .slice(0, 2 * mostText)
    .replace(/[\p{M}\p{Cf}]+/gu, "")
    .toLowerCase()
    .split(/\s+/u)
    .map((word) => (isLink(word) ? "@" : /\p{N}/u.test(word) ? "#" : word.replace(/[^\p{L}]+/gu, "")));
  return [...words.join("")].map((sign) => drawnAlike.get(sign) ?? sign).join("").replace(/#{2,}/g, "#").replace(/@{2,}/g, "@");
}

const isLink = (word: string): boolean => word.includes("://") || /^\W{0,3}(?:[^\s/@.]{1,63}@)?(?:[\p{L}\p{N}-]{1,63}\.){1,5}\p{L}{2,24}(?:[/?#:].*|\W{0,3})$/u.test(word);

/** The different pieces of a message that follow each other in it; none: there is too little to compare. */
export function shinglesOf(raw: string): Set<string> {
  const text = commonText(raw);
  const pieces = new Set<string>();
  for (let at = 0; at + shingleLength <= text.length; at += 1) pieces.add(text.slice(at, at + shingleLength));
  return pieces.size < fewestShingles ? new Set() : pieces;
}
