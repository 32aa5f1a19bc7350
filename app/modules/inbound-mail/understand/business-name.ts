const most = 20_000;

/** Lines in which people name the business: a label and its name. */
const labelled = /^[>\s*-]{0,10}(?:(?:the )?(?:name of )?(?:the )?(?:business|company|sender|merchant|shop|store|organi[sz]ation)(?:[ -]?name)?|(?:nombre de (?:la |el )?)?(?:empresa|negocio|tienda|compañía|remitente))\s{0,3}[:=]\s{0,3}(\S[^\n]{1,150})$/im;
/** `a company called "Acme Roofing"`. */
const called = /\b(?:business|company|shop|store|firm|sender|called|named|empresa|negocio|tienda|compañía|llamad[oa])\s+(?:called\s+|named\s+|llamad[oa]\s+)?["“«']([^"”»'\n]{2,120})["”»']/i;
const nameAfter = /\b(?:called|named|llamad[oa])\s+((?:\p{Lu}[\p{L}\p{N}&.'’-]{0,40}|&|of|and|de|y|la|el)(?:\s+(?:\p{Lu}[\p{L}\p{N}&.'’-]{0,40}|&|of|and|de|y|la|el)){0,6})/u;

/** `Zenith Plumbing keeps texting me`: two names or more that begin a clause, before what senders do. One alone may be anybody. */
const does = /(?:^|[.!?:,;]\s{1,3}|\n)((?:\p{Lu}[\p{L}\p{N}&.'’-]{0,40})(?:\s(?:\p{Lu}[\p{L}\p{N}&.'’-]{0,40}|&|of|and|de|del|y|la|el)){0,4}\s\p{Lu}[\p{L}\p{N}&.'’-]{0,40})\s(?:keeps?|kept|texts?|texted|messages?|messaged|calls?|called|sends?|sent|spams?|spammed|is (?:texting|calling|messaging|sending|spamming)|me (?:manda|envía|escribe|llama)|sigue|no (?:para|deja))\b/mu;

/** The business a text names, as it is written there; null: none in a way that can be told from other words. */
export function businessNameIn(text: string): string | null {
  const read = text.slice(0, most);
  const name = labelled.exec(read)?.[1] ?? called.exec(read)?.[1] ?? nameAfter.exec(read)?.[1] ?? does.exec(read)?.[1];
  return name?.replace(/\s+/g, " ").replace(/^["“«'*]+|["”»'*]+$/g, "").replace(/(?:\s+(?:of|and|de|y|la|el)|[\s,;.&]+)$/i, "").trim().slice(0, 200) || null;
}
