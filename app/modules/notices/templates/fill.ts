import { renderDraft, type EmailDraft } from "#emails/index";
import { replacingStatement, type ReplacingStatement } from "#emails/replacing-statement";
import { renderEmail, type Letter, type Letterhead, type RenderedEmail } from "#emails/render";
import { ruleStatement, type RuleStatement } from "#emails/rule-statement";
import type { PropsOf } from "../audience";
import { catalogue, type Entry, type TemplatedKind } from "./catalogue";
import type { TemplateText, Vocabulary } from "./language";
import { letterFrom, type Filled } from "./letter";

type AnyEntry = Entry<Record<string, unknown>>;
const entryOf = (kind: TemplatedKind): AnyEntry => catalogue[kind] as unknown as AnyEntry;

/** The message as the product writes it. */
const builtIn = (kind: TemplatedKind, props: object, from: Letterhead): RenderedEmail => renderDraft({ template: kind, props: { ...props, from } } as EmailDraft);

export function vocabularyOf(kind: TemplatedKind): Vocabulary {
  const { variables, flags } = entryOf(kind);
  return {
    variables: Object.fromEntries(Object.entries(variables).map(([name, { label, required, when, block }]) => [name, { form: block ? ("block" as const) : ("inline" as const), label, required, when }])),
    flags: Object.fromEntries(Object.entries(flags).map(([name, { label }]) => [name, label])),
  };
}

/** Every variable of a message with its value. */
export function filled<Kind extends TemplatedKind>(kind: Kind, props: PropsOf<Kind>, from: Letterhead): Filled & { letter: Letter } {
  const { variables, flags } = entryOf(kind);
  const given = props as unknown as Record<string, unknown>;
  const { letter } = builtIn(kind, given, from);
  const told = { props: given, from, letter };
  return {
    letter,
    preview: letter.preview,
    values: Object.fromEntries(Object.entries(variables).map(([name, { inline, block }]) => [name, block ? { form: "block" as const, blocks: block(told) } : { form: "inline" as const, text: inline?.(told) ?? "" }])),
    flags: Object.fromEntries(Object.entries(flags).map(([name, { is }]) => [name, is(given)])),
  };
}

/** A message in the platform's own words, under its letterhead. The reasons the law asks for stand under them in ours. */
export function renderTemplate<Kind extends TemplatedKind>(kind: Kind, template: TemplateText, props: PropsOf<Kind>, from: Letterhead): RenderedEmail {
  const letter = letterFrom(template, filled(kind, props, from));
  const { statement, rule } = props as { statement?: ReplacingStatement | null; rule?: RuleStatement | null };
  return renderEmail(from, { ...letter, blocks: [...letter.blocks, ...replacingStatement(statement, from), ...ruleStatement(rule, from)] });
}
