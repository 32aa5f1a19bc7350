import { randomInt } from "node:crypto";

/** No 0/O, 1/I/L, U: what is read over the phone arrives as it was sent. */
const alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

const block = () => Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join("");

/** A name people can say, "C-4K7Q-T2MX": random, so that it tells nothing of how many there are. */
export const newReference = (prefix: "RM" | "C" | "R" | "D" | "A" | "AP" | "B" | "LE" | "LH" | "PR" | "CS"): string => `${prefix}-${block()}-${block()}`;
