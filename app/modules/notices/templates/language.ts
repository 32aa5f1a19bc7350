import Mustache from "mustache";

/** What a template may name, for one kind of message. */
export interface Vocabulary {
  /** `inline` stands in a sentence, `block` on a line of its own. */
  variables: Readonly<Record<string, { form: "inline" | "block"; label: string; required?: string; when?: string }>>;
  /** Yes or no: what stands between `{{#flag}}` and `{{/flag}}`. */
  flags: Readonly<Record<string, string>>;
}

export interface TemplateText {
  subject: string;
  body: string;
}

export interface TemplateProblem {
  field: "subject" | "body";
  /** Null where a problem is about the whole text. */
  line: number | null;
  column: number | null;
  message: string;
}

export const longestSubject = 200;
export const longestBody = 10_000;

type Token = [type: string, value: string, start: number, end: number, children?: Token[], closes?: number];
type Flags = Readonly<Record<string, boolean>>;

/** A writer of its own each time: one keeps every template it ever saw, and anybody may preview any text. */
const parse = (text: string): Token[] => new Mustache.Writer().parse(text) as Token[];

/** Walks what these flags let through: no value is looked up by the library, none can be a function or an inherited name. */
function walk(tokens: readonly Token[], flags: Flags, visit: { text: (words: string) => void; name: (name: string) => void }): void {
  for (const [type, value, , , children] of tokens) {
    if (type === "text") visit.text(value);
    else if (type === "name") visit.name(value);
    else if (type === "#" && flags[value] === true) walk(children ?? [], flags, visit);
    else if (type === "^" && flags[value] === false) walk(children ?? [], flags, visit);
    else if (type !== "#" && type !== "^" && type !== "!") throw new SyntaxError(`a template cannot use ${type}`);
  }
}

export function expand(source: string, flags: Flags, valueOf: (name: string) => string): string {
  const parts: string[] = [];
  walk(parse(source), flags, { text: (words) => parts.push(words), name: (name) => parts.push(valueOf(name)) });
  return parts.join("");
}

function namesIn(tokens: readonly Token[], flags: Flags): Set<string> {
  const names = new Set<string>();
  walk(tokens, flags, { text: () => undefined, name: (name) => names.add(name) });
  return names;
}

/** Every answer the flags can have together; there are few flags. */
export function combinations(flags: readonly string[]): Flags[] {
  return flags.reduce<Flags[]>((all, flag) => all.flatMap((one) => [{ ...one, [flag]: true }, { ...one, [flag]: false }]), [{}]);
}

const place = (text: string, index: number) => {
  const before = text.slice(0, index).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
};

const forbidden: Readonly<Record<string, string>> = {
  "&": "Write {{name}} with two brackets: every value is shown as text.",
  ">": "A template cannot take in another one.",
  "=": "The brackets cannot be changed.",
};

/** Characters that mark where values go while a message is put together. */
export const marks = /[\uE000-\uF8FF]/u;
const webAddress = /\b(?:https?:\/\/|www\.)/i;

/** Everything that keeps a template from being saved, with where it stands; the vocabulary's required names are the legal minimum of the message. */
export function checkTemplate(text: TemplateText, vocabulary: Vocabulary): TemplateProblem[] {
  const subject = checkPart("subject", text.subject, vocabulary);
  const body = checkPart("body", text.body, vocabulary);
  const problems = [...subject.problems, ...body.problems];
  if (/\n/.test(text.subject)) problems.push({ field: "subject", line: 2, column: 1, message: "A subject is one line." });
  return body.tokens && problems.length === 0 ? missing(body.tokens, vocabulary) : problems;
}

function checkPart(field: "subject" | "body", source: string, vocabulary: Vocabulary): { problems: TemplateProblem[]; tokens: Token[] | null } {
  const whole = (message: string): TemplateProblem => ({ field, line: null, column: null, message });
  const at = (index: number, message: string): TemplateProblem => ({ field, ...place(source, index), message });
  const most = field === "subject" ? longestSubject : longestBody;
  if (source.trim() === "") return { tokens: null, problems: [whole("Write something.")] };
  if (source.length > most) return { tokens: null, problems: [whole(`Use at most ${most.toLocaleString("en-US")} characters; these are ${source.length.toLocaleString("en-US")}.`)] };
  let tokens: Token[];
  try {
    tokens = parse(source);
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    const index = Number(/ at (\d+)$/.exec(message)?.[1] ?? source.length);
    return { tokens: null, problems: [at(Math.min(index, source.length), syntaxSaid(message))] };
  }
  const problems = tokens.flatMap((token) => checkToken(token));
  for (const [pattern, message] of [
    [marks, "This character cannot be used."],
    [webAddress, "Links are made by the product. Use one of the link variables."],
  ] as const) {
    const index = source.search(pattern);
    if (index !== -1) problems.push(at(index, message));
  }
  return { tokens, problems };

  function checkToken([type, value, start, , children]: Token): TemplateProblem[] {
    if (type === "text" || type === "!") return [];
    if (forbidden[type]) return [at(start, forbidden[type])];
    if (type === "name") {
      const known = Object.hasOwn(vocabulary.variables, value) ? vocabulary.variables[value] : undefined;
      if (!known) return [at(start, `This message has no variable “${value}”.`)];
      if (known.form === "inline") return [];
      if (field === "subject") return [at(start, `“${value}” is more than a line: it cannot stand in the subject.`)];
      const line = source.slice(source.lastIndexOf("\n", start - 1) + 1).split("\n")[0]!;
      return line.replace(/\{\{[#^/!][^}]*\}\}/g, "").trim() === `{{${value}}}` || /^\{\{\s*[\w]+\s*\}\}$/.test(line.trim()) ? [] : [at(start, `“${value}” is more than a line: give it a line of its own.`)];
    }
    if (!Object.hasOwn(vocabulary.flags, value)) return [at(start, `This message has no condition “${value}”.`)];
    return (children ?? []).flatMap(checkToken);
  }
}

function syntaxSaid(message: string): string {
  const name = /"([^"]*)"/.exec(message)?.[1] ?? "";
  if (message.startsWith("Unclosed tag")) return "This bracket is not closed: write {{name}}.";
  if (message.startsWith("Unclosed section")) return `This part is not closed: end it with {{/${name}}}.`;
  if (message.startsWith("Unopened section")) return `{{/${name}}} ends a part that was not begun.`;
  return "This is not written as a template can be.";
}

function missing(tokens: readonly Token[], { variables, flags }: Vocabulary): TemplateProblem[] {
  const all = combinations(Object.keys(flags));
  return Object.entries(variables).flatMap(([name, { required, when }]) => {
    if (!required) return [];
    const without = all.find((given) => (!when || given[when] === true) && !namesIn(tokens, given).has(name));
    if (!without) return [];
    const only = Object.entries(without).filter(([flag]) => flag !== when);
    const somewhere = all.some((given) => namesIn(tokens, given).has(name));
    const because = somewhere && only.length > 0 ? ` It is left out when ${only.map(([flag, is]) => `${flag} is ${is ? "yes" : "no"}`).join(" and ")}.` : "";
    return [{ field: "body" as const, line: null, column: null, message: `{{${name}}} has to be in the text: ${required}${because}` }];
  });
}
