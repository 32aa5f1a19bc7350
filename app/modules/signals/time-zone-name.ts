/** Longer than any name of the IANA database. */
export const longestZoneName = 50;

const form = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;
/** More spellings than there are names: hostile ones cannot fill the memory. */
const most = 2_048;
const known = new Map<string, string | null>();

/** The zone's own name for any of its spellings (`us/pacific` is `America/Los_Angeles`), or null when it is none. */
export function zoneNameOf(text: string): string | null {
  if (text.length > longestZoneName) return null;
  const found = known.get(text);
  if (found !== undefined) return found;
  if (known.size >= most) known.clear();
  const name = resolve(text);
  known.set(text, name);
  return name;
}

function resolve(text: string): string | null {
  if (!form.test(text)) return null;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}
