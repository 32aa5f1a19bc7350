import { z } from "zod";

/**
 * Text from outside, made safe to store, to query and to show. Every string a person or a machine can send goes
 * through here: NUL bytes (PostgreSQL refuses them), control characters, direction overrides that make text lie
 * about its order, half of an emoji, marks stacked beyond any script's need.
 */

const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
const directionOverrides = /[\u202a-\u202e\u2066-\u2069]/g;
const invisible = /[\u2028\u2029\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff]|[\u{e0000}-\u{e007f}]/gu;
const loneSurrogates = /\p{Surrogate}/gu;
const stackedMarks = /(\p{M}{6})\p{M}+/gu;
/** Zero-width joiners have their place inside words and emoji; alone they, and the blank letters, say nothing. */
const anythingToSee = /[^\s\p{Z}\p{Cf}\u115f\u1160\u2800\u3164\uffa0]/u;

/** Paragraphs: line breaks and tabs stay, line ends become `\n`, the ends are trimmed. What nobody can see is empty. */
export function sanitiseText(raw: string): string {
  const clean = raw
    .replace(/\r\n?|\u2028|\u2029/g, "\n")
    .replace(controls, "")
    .replace(directionOverrides, "")
    .replace(loneSurrogates, "\ufffd")
    .replace(invisible, "")
    .normalize("NFC")
    .replace(stackedMarks, "$1")
    .trim();
  return anythingToSee.test(clean) ? clean : "";
}

/** One line: every run of white space becomes one space. */
export function sanitiseLine(raw: string): string {
  return sanitiseText(raw.replace(/\s+/gu, " ")).replace(/\s+/gu, " ");
}

/** A name for a file as somebody else called it: no path, nothing a header or a file system reads as syntax. */
export function sanitiseFileName(raw: string): string {
  const base = sanitiseLine(raw).split(/[/\\]/).at(-1) ?? "";
  const safe = base.replace(/["<>:|?*;%]/g, "_").replace(/^[.\s]+/, "").trim();
  if (safe.length <= 120) return safe || "file";
  const dot = safe.lastIndexOf(".");
  const extension = dot > 0 && safe.length - dot <= 8 ? safe.slice(dot) : "";
  return (shorten(safe, 120 - extension.length).trim() || "file") + extension;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Cuts between two signs as people see them, never through an emoji or between a letter and its accent. */
function shorten(line: string, max: number): string {
  let end = 0;
  for (const { index, segment } of graphemes.segment(line)) {
    if (index + segment.length > max) break;
    end = index + segment.length;
  }
  return line.slice(0, end);
}

/** What a form says when a text is missing or too long; pages in other languages pass their own words or keys. */
export interface TextMessages {
  required?: string;
  tooLong?: string;
}

interface TextLimits extends TextMessages {
  max: number;
  min?: number;
}

const text = (sanitise: (raw: string) => string, { max, min = 1, required, tooLong }: TextLimits) => {
  const missing = required ?? "Fill this in.";
  const long = tooLong ?? `Use at most ${max.toLocaleString("en-US")} characters.`;
  return z
    .string({ error: missing })
    .max(max * 4, long)
    .transform(sanitise)
    .pipe(z.string().min(min, missing).max(max, long));
};

/** A required single line, sanitised. Optional fields: `cleanLine({ max: 80 }).optional()`. */
export const cleanLine = (limits: TextLimits) => text(sanitiseLine, limits);

/** A required text of several lines, sanitised. */
export const cleanText = (limits: TextLimits) => text(sanitiseText, limits);

/** No quoted local parts, no lists, no display names: what a mail header could read as more than one address is out. */
const mailAddress = /^[^\s@"(),:;<>[\]\\]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?\.)+[\p{L}\p{N}][\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}]$/u;

/** A mail address a person typed: sanitised, trimmed, checked by form; the case they used is kept. */
export const cleanEmail = (messages: { invalid?: string; required?: string } = {}) => {
  const invalid = messages.invalid ?? "Enter an email address like name@example.com.";
  return text(sanitiseLine, { max: 254, required: messages.required ?? invalid, tooLong: invalid }).pipe(
    z.string().regex(mailAddress, invalid),
  );
};
