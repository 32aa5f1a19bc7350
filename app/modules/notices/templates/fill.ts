import { renderDraft, type EmailDraft } from "#emails/index";
import { interimReasons, type InterimReasons } from "#emails/interim-reasons";
import { replacingStatement, type ReplacingStatement } from "#emails/replacing-statement";
import { renderEmail, type Letter, type Letterhead, type RenderedEmail } from "#emails/render";
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

/** The reasons stand under a message whoever wrote it, so they are no part of what a template says. */
const withoutReasons = (props: object): object => ({ ...props, ...("statement" in props && { statement: null }), ...("reasons" in props && { reasons: null }) });

/** Every variable of a message with its value. */
export function filled<Kind extends TemplatedKind>(kind: Kind, props: PropsOf<Kind>, from: Letterhead): Filled & { letter: Letter } {
  const { variables, flags } = entryOf(kind);
  const given = props as unknown as Record<string, unknown>;
  const { letter } = builtIn(kind, withoutReasons(given), from);
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
  const { statement, reasons } = props as { statement?: ReplacingStatement | null; reasons?: InterimReasons | null };
  return renderEmail(from, { ...letter, blocks: [...letter.blocks, ...replacingStatement(statement, from), ...interimReasons(reasons, from)] });
}
