/** The fields of one block of a machine-readable report (RFC 3464 2.1.2, RFC 5965 3): names in lower case, values unfolded, in order. */
export type Fields = ReadonlyMap<string, readonly string[]>;

const most = { blocks: 100, lines: 2_000, chars: 2_000 } as const;

/** Blocks of `Name: value` lines, parted by empty lines. What is no such line is passed over. */
export function fieldBlocks(text: string): Fields[] {
  const blocks: Map<string, string[]>[] = [];
  let block: Map<string, string[]> | null = null;
  let last: string[] | null = null;
  for (const line of text.split("\n", most.lines)) {
    if (line.trim() === "") {
      block = last = null;
      continue;
    }
    if (/^[ \t]/.test(line)) {
      const at = last ? last.length - 1 : -1;
      if (last && at >= 0) last[at] = `${last[at]} ${line.trim()}`.slice(0, most.chars);
      continue;
    }
    const colon = line.indexOf(":");
    const name = colon > 0 ? line.slice(0, colon).trim().toLowerCase() : "";
    if (!/^[a-z][a-z0-9-]{0,60}$/.test(name)) {
      last = null;
      continue;
    }
    if (!block) {
      if (blocks.length === most.blocks) break;
      blocks.push((block = new Map<string, string[]>()));
    }
    last = block.get(name) ?? [];
    last.push(line.slice(colon + 1).trim().slice(0, most.chars));
    block.set(name, last);
  }
  return blocks;
}

export const field = (fields: Fields, name: string): string | null => fields.get(name)?.find((value) => value !== "") ?? null;

/** `rfc822; ana@example.com` and `<ana@example.com>` as the address alone. */
export const typedAddress = (value: string | null): string | null => value?.replace(/^[\w-]{1,20}\s*;\s*/, "").replace(/^<|>$/g, "").trim() || null;
