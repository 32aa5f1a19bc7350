import { seeded } from "./chance";

const snippets = [
  "Content-Type: multipart/mixed; boundary=\"=_part\"", "Content-Type: message/rfc822", "Content-Transfer-Encoding: base64", "Content-Type: text/html; charset=utf-7", "--=_part", "--=_part--", "Content-Type: message/delivery-status", "Final-Recipient: rfc822;", "Feedback-Type:", "Auto-Submitted: auto-replied",
  "=?utf-8?B?////?=", "=?iso-2022-jp?Q?=1B$B=1B?=", "<".repeat(300), "@".repeat(300), ">".repeat(300), "a".repeat(5_000), "\0\0\0", "\r\r\n\n", "﷽‮", "{\"xarf_version\":\"4.0.0\",", "[".repeat(500), "On ".repeat(200), "wrote:", "-----Original Message-----", "(((((", "+1 (303) 555-", "0123456789".repeat(60), "https://".repeat(50), "<div>".repeat(400), "&#x110000;", "xn--".repeat(40), ".".repeat(400), "References: " + "<a@b> ".repeat(200),
].map((text) => Buffer.from(text));

/** A message changed in one to eight places, the same for the same seed: bytes flipped, cut out, doubled, moved, and words that parsers trip over put in. */
export function mutated(seeds: readonly Buffer[], seed: number): Buffer {
  const draw = seeded(seed);
  const pick = (below: number) => Math.floor(draw() * below);
  let bytes: Buffer = Buffer.from(seeds[pick(seeds.length)]!);
  for (let changes = 1 + pick(8); changes > 0; changes -= 1) {
    const [from, to] = [pick(bytes.length + 1), pick(bytes.length + 1)].sort((a, b) => a - b) as [number, number];
    const [before, middle, after] = [bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to)];
    const some = middle.subarray(0, 1 + pick(200));
    switch (pick(8)) {
      case 0:
        if (bytes.length > 0) bytes[pick(bytes.length)] = pick(256);
        break;
      case 1:
        bytes = Buffer.concat([before, after.length > 0 ? after : middle]);
        break;
      case 2:
        bytes = Buffer.concat([before, some, some, some, some, middle, after]);
        break;
      case 3:
        bytes = Buffer.concat([middle, before, after]);
        break;
      case 4: {
        const other = seeds[pick(seeds.length)]!;
        bytes = Buffer.concat([before, other.subarray(pick(other.length)), after]);
        break;
      }
      case 5:
        bytes = Buffer.from(bytes.toString("latin1").replaceAll(pick(2) ? "\r\n" : "\n", pick(2) ? "\n" : "\r"), "latin1");
        break;
      default: {
        const put = snippets[pick(snippets.length)]!;
        bytes = Buffer.concat([before, ...Array.from({ length: 1 + pick(pick(10) === 0 ? 40 : 3) }, () => put), pick(2) ? Buffer.from("\r\n") : Buffer.alloc(0), middle, after]);
      }
    }
    if (bytes.length > 400_000) bytes = bytes.subarray(0, 400_000);
  }
  return bytes;
}
