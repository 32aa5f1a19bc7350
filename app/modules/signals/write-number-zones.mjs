import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

/**
 * Writes `number-zones.data.ts` from libphonenumber's `resources/timezones/map_data.txt`:
 *
 *   node app/modules/signals/write-number-zones.mjs map_data.txt
 *
 * A prefix that says what the next shorter one says already is left out: the longest prefix that is left answers the same.
 */
const { positionals } = parseArgs({ allowPositionals: true });
const lines = readFileSync(positionals[0], "utf8").split("\n").filter((line) => /^\d+\|/.test(line));
const zonesOf = new Map(lines.map((line) => line.split("|")));

const shorter = (prefix) => {
  for (let length = prefix.length - 1; length > 0; length -= 1) if (zonesOf.has(prefix.slice(0, length))) return prefix.slice(0, length);
  return null;
};

const prefixesOf = new Map();
for (const [prefix, zones] of [...zonesOf].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const parent = shorter(prefix);
  if (parent && zonesOf.get(parent) === zones) continue;
  prefixesOf.set(zones, [...(prefixesOf.get(zones) ?? []), prefix]);
}

const rows = [...prefixesOf].sort(([a], [b]) => (a < b ? -1 : 1)).map(([zones, prefixes]) => `  "${zones}|${prefixes.join(" ")}",`);
writeFileSync(
  new URL("./number-zones.data.ts", import.meta.url),
  `/**
 * Time zones by the leading digits of a number: "zones|prefixes". Written by \`write-number-zones.mjs\` from
 * \`resources/timezones/map_data.txt\` of Google's libphonenumber, Copyright (C) The Libphonenumber Authors, licensed under
 * the Apache License, Version 2.0 (https://www.apache.org/licenses/LICENSE-2.0); prefixes that add nothing are left out.
 */
export const numberZones: readonly string[] = [
${rows.join("\n")}
];
`,
);
