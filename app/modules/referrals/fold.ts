/** A text as it is compared – one case, no accents, no invisible signs, plain digits – and where each sign stood. */
export interface Folded {
  text: string;
  /** For every UTF-16 unit of `text`, the range of the source it came from. */
  starts: readonly number[];
  ends: readonly number[];
}

const unseen = /[\p{M}\p{Cf}\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]/gu;

const digitOf = (sign: string): string => {
  // Every script's ten digits stand in a row that begins with its zero.
  let zero = sign.codePointAt(0)!;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && sign.codePointAt(0)! - zero < 9) zero -= 1;
  return String((sign.codePointAt(0)! - zero) % 10);
};

function foldSign(sign: string): string {
  const plain = sign
    .normalize("NFKD")
    .toUpperCase()
    .toLowerCase()
    .normalize("NFKD")
    .replace(unseen, "")
    .replace(/\s/gu, " ")
    .replace(/\p{Pd}/gu, "-");
  return /[^\x00-\x7f]/.test(plain) ? plain.replace(/\p{Nd}/gu, digitOf) : plain;
}

/** What cannot be seen belongs to the sign before it, so that it goes when that goes. */
export function fold(source: string): Folded {
  const starts: number[] = [];
  const ends: number[] = [];
  let text = "";
  let at = 0;
  for (const sign of source) {
    const end = at + sign.length;
    const folded = foldSign(sign);
    if (folded === "" && ends.length > 0) ends[ends.length - 1] = end;
    for (let unit = 0; unit < folded.length; unit += 1) {
      starts.push(at);
      ends.push(end);
    }
    text += folded;
    at = end;
  }
  return { text, starts, ends };
}

export const foldText = (source: string): string => fold(source).text;
