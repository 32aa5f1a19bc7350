const named: Readonly<Record<string, string>> = {
  amp: "&", commat: "@", period: ".", lowbar: "_", hyphen: "-", dash: "-", plus: "+", nbsp: " ", colon: ":", sol: "/", num: "#", percnt: "%", lpar: "(", rpar: ")",
  aacute: "á", eacute: "é", iacute: "í", oacute: "ó", uacute: "ú", ntilde: "ñ", uuml: "ü", ccedil: "ç",
  Aacute: "Á", Eacute: "É", Iacute: "Í", Oacute: "Ó", Uacute: "Ú", Ntilde: "Ñ", Uuml: "Ü", Ccedil: "Ç",
};
const escapes = /&#x([0-9a-f]{1,6});?|&#(\d{1,7});?|&([a-z]{2,7});|(?:%[0-9a-f]{2})+/giu;

interface Decoded {
  text: string;
  /** For each unit of `text`, where it was written; one more for the end. */
  at: readonly number[];
}

/** What a text says whose signs are written as HTML entities or percent-encoded, one in the other too; null: none is. */
export function decoded(written: string): Decoded | null {
  let whole = decodedOnce(written);
  for (let pass = 1; whole && pass < 3; pass += 1) {
    const next = decodedOnce(whole.text);
    if (!next) break;
    const { at } = whole;
    whole = { text: next.text, at: next.at.map((place) => at[place]!) };
  }
  return whole;
}

function decodedOnce(written: string): Decoded | null {
  if (!/[&%]/.test(written)) return null;
  let text = "";
  const at: number[] = [];
  const add = (sign: string, place: number): void => {
    text += sign;
    for (let unit = 0; unit < sign.length; unit += 1) at.push(place);
  };
  const copy = (from: number, to: number): void => {
    for (let place = from; place < to; place += 1) add(written[place]!, place);
  };
  let end = 0;
  let found = false;
  for (const { 0: raw, 1: hex, 2: decimal, 3: name, index } of written.matchAll(escapes)) {
    const signs = raw.startsWith("%") ? percentSigns(raw) : [{ sign: entitySign(hex, decimal, name), length: raw.length }];
    if (!signs || signs.some(({ sign }) => sign === "")) continue;
    found = true;
    copy(end, index);
    end = index;
    for (const { sign, length } of signs) {
      add(sign, end);
      end += length;
    }
  }
  copy(end, written.length);
  at.push(written.length);
  return found ? { text, at } : null;
}

function entitySign(hex: string | undefined, decimal: string | undefined, name: string | undefined): string {
  if (name !== undefined) return named[name] ?? "";
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000) ? String.fromCodePoint(code) : "";
}

function percentSigns(raw: string): { sign: string; length: number }[] | null {
  try {
    return [...decodeURIComponent(raw)].map((sign) => ({ sign, length: 3 * new TextEncoder().encode(sign).length }));
  } catch {
    return null;
  }
}
