import type { Block } from "#emails/blocks";
import type { EmailTemplate } from "#emails/index";
import { isLonger } from "#emails/action-changed";
import { measureName } from "#emails/measures";
import type { Letter, Letterhead } from "#emails/render";
import type { audienceOf} from "../audience";
import { type PropsOf } from "../audience";

/** Kinds of message a platform may put into its own words: all but those to colleagues. */
export type TemplatedKind = { [Template in EmailTemplate]: (typeof audienceOf)[Template] extends "colleague" ? never : Template }[EmailTemplate];

/** The message as the product would write it: what it makes of the facts can be taken from there. */
interface Told<Props> {
  props: Props;
  from: Letterhead;
  letter: Letter;
}

interface Variable<Props> {
  label: string;
  /** Why the message cannot go without it. */
  required?: string;
  /** The condition under which it is required and has a value. */
  when?: string;
  inline?: (told: Told<Props>) => string;
  block?: (told: Told<Props>) => readonly Block[];
}

interface Flag<Props> {
  label: string;
  is: (props: Props) => boolean;
  /** The same facts with another answer: the text the product comes with is read from both. */
  set: (props: Props, to: boolean) => Props;
}

export interface Entry<Props> {
  variables: Readonly<Record<string, Variable<Props>>>;
  flags: Readonly<Record<string, Flag<Props>>>;
}

type Of<Kind extends TemplatedKind> = Entry<PropsOf<Kind>>;

const nth = (letter: Letter, type: Block["type"], index = 0): readonly Block[] => letter.blocks.filter((block) => block.type === type).slice(index, index + 1);
/** A value the product shows in its rows of facts, counted from the end of all of them. */
const rowFromEnd = (letter: Letter, index: number): string => letter.blocks.flatMap((block) => (block.type === "facts" ? block.rows : [])).at(-index)?.value ?? "";

const rights = "the person has to be able to answer to it.";
const platformName = { label: "Name of the platform", inline: ({ from }: Told<unknown>) => from.platformName };
const businessName = { label: "Name of the business", inline: ({ props }: Told<{ businessName: string }>) => props.businessName };
const reference = { label: "Reference to quote", required: "it names what the message is about.", inline: ({ props }: Told<{ reference: string }>) => props.reference };
const linkTo = (label: string, index = 0) => ({ label, required: rights, block: ({ letter }: Told<unknown>) => nth(letter, "link", index) });

const statement: Of<"statement_of_reasons"> = {
  variables: {
    platform_name: platformName,
    business_name: businessName,
    reference,
    measure_names: { label: "The measures, named", inline: ({ props, from }) => props.measures.map(({ kind }) => measureName(kind, from.locale)).join(", ") },
    measures: { label: "The measures: what, which features, from when to when", required: "a statement of reasons says what was decided and for how long.", block: ({ letter, props }) => letter.blocks.filter(({ type }) => type === "facts").slice(0, props.measures.length) },
    decided_at: { label: "When it was decided", inline: ({ letter }) => rowFromEnd(letter, 2) },
    decided_by: { label: "Whether a person decided", required: "a statement of reasons says whether a machine decided.", inline: ({ letter }) => rowFromEnd(letter, 1) },
    clauses: { label: "The rules that were broken, with version", required: "a statement of reasons names the ground.", block: ({ letter }) => nth(letter, "list") },
    facts_found: { label: "The facts, as the decider wrote them", required: "a statement of reasons gives the facts.", block: ({ letter }) => nth(letter, "quote") },
    how_found: {
      label: "How it came to attention",
      required: "a statement of reasons says whether a machine found it.",
      block: ({ letter }) => letter.blocks.slice(letter.blocks.findIndex(({ type }) => type === "quote") + 1).slice(0, 1),
    },
    strikes: { label: "The strikes and until when they count", when: "has_strikes", required: "the person is told what stays on the record.", block: ({ letter }) => nth(letter, "list", 1) },
    appeal_days: { label: "Days to appeal", inline: ({ props }) => String(props.appeal?.windowDays ?? "") },
    appeal_deadline: {
      label: "How long the appeal stays open, with its day",
      when: "can_appeal",
      required: "a statement of reasons says until when an appeal is open.",
      block: ({ letter }) => beforeLink(letter, 2),
    },
    appeal_link: { ...linkTo("The link to the appeal"), when: "can_appeal" },
  },
  flags: {
    can_appeal: { label: "an appeal is open", is: ({ appeal }) => appeal !== null, set: (props, to) => ({ ...props, appeal: to ? props.appeal : null }) },
    has_strikes: { label: "it comes with a strike", is: ({ strikes }) => strikes.length > 0, set: (props, to) => ({ ...props, strikes: to ? props.strikes : [] }) },
  },
};

function beforeLink(letter: Letter, count: number): readonly Block[] {
  const link = letter.blocks.findIndex(({ type }) => type === "link");
  return link === -1 ? [] : letter.blocks.slice(link - count, link);
}

const interim: Of<"interim_measure"> = {
  variables: {
    platform_name: platformName,
    business_name: businessName,
    reference: { label: "Reference to quote", inline: reference.inline },
    measure: { label: "The measure, its reference, when it was taken and what is looked into", required: "the person is told what applies and until when.", block: ({ letter }) => nth(letter, "facts") },
    policy_area: { label: "What is looked into", inline: ({ props }) => props.policyArea },
    reason: { label: "Why it cannot wait, as staff wrote it", required: "the person is told why.", block: ({ letter }) => nth(letter, "quote") },
    standing_link: linkTo("The link to the account’s standing"),
  },
  flags: { is_new: { label: "the measure is new, not extended", is: ({ isNew }) => isNew, set: (props, to) => ({ ...props, isNew: to }) } },
};

const changed: Of<"action_changed"> = {
  variables: {
    platform_name: platformName,
    business_name: businessName,
    reference: { label: "Reference to quote", inline: reference.inline },
    measure: { label: "The measure now and before", required: "the person is told what applies and until when.", block: ({ letter }) => nth(letter, "facts") },
    reason: { label: "Why, as staff wrote it", required: "the person is told why.", block: ({ letter }) => nth(letter, "quote") },
    appeal_deadline: { label: "How long the appeal stays open, with its day", when: "can_appeal", required: "the person is told until when an appeal is open.", block: ({ letter }) => beforeLink(letter, 1) },
    standing_link: linkTo("The link to the account’s standing and the appeal"),
  },
  flags: {
    can_appeal: { label: "an appeal is open", is: ({ appeal }) => appeal !== null, set: (props, to) => ({ ...props, appeal: to ? props.appeal : null }) },
    is_longer: {
      label: "the same measure lasts longer",
      is: (props) => isLonger(props),
      set: (props, to) => ({ ...props, before: { ...props.before, kind: to ? props.measure.kind : props.measure.kind === "suspension" ? "warning" : "suspension", endsAt: to ? props.measure.startsAt : props.before.endsAt } }),
    },
  },
};

const ended: Of<"action_ended"> = {
  variables: {
    platform_name: platformName,
    business_name: businessName,
    reference,
    measure_name: { label: "The measure, named", required: "the person is told what ended.", inline: ({ props, from }) => measureName(props.kind, from.locale) },
    ended_at: { label: "When it ended", required: "the person is told when.", inline: ({ letter }) => rowFromEnd(letter, 1) },
    opening: { label: "What ended and how, in the product’s words", required: "the person is told how it ended.", block: ({ letter }) => letter.blocks.slice(0, 1) },
    reason: { label: "Why a person ended it", when: "has_reason", required: "the person is told why.", block: ({ letter }) => nth(letter, "quote") },
    standing_link: linkTo("The link to the account’s standing"),
  },
  flags: { has_reason: { label: "a person gave a reason", is: ({ reason }) => reason !== null, set: (props, to) => ({ ...props, reason: to ? (props.reason ?? "…") : null }) } },
};

const receipt: Of<"appeal_receipt"> = {
  variables: {
    platform_name: platformName,
    reference,
    filed_at: { label: "When it was filed", inline: ({ letter }) => rowFromEnd(letter, 2) },
    answer_by: { label: "The day by which it is answered", required: "the person is told until when they wait.", inline: ({ letter }) => rowFromEnd(letter, 1) },
    standing_link: linkTo("The link to the appeal"),
  },
  flags: { is_late: { label: "it came after the time limit", is: ({ late }) => late, set: (props, to) => ({ ...props, late: to }) } },
};

const ruling: Of<"appeal_ruling"> = {
  variables: {
    platform_name: platformName,
    reference,
    outcome: { label: "The outcome in a sentence", required: "the person is told the outcome.", inline: ({ letter }) => nth(letter, "facts").flatMap((block) => (block.type === "facts" ? block.rows : []))[1]?.value ?? "" },
    ruled_at: { label: "When it was ruled", inline: ({ letter }) => nth(letter, "facts").flatMap((block) => (block.type === "facts" ? block.rows : []))[2]?.value ?? "" },
    grounds: { label: "The grounds, as the reviewer wrote them", when: "has_grounds", required: "a ruling has grounds.", block: ({ letter }) => nth(letter, "quote") },
    changes: { label: "What changes", required: "the person is told what changes.", block: ({ letter }) => nth(letter, "list") },
    new_measure: { label: "The measure that applies from now on", when: "has_new_measure", required: "the person is told what applies now.", block: ({ letter }) => nth(letter, "facts", 1) },
    standing_link: linkTo("The link to the account’s standing"),
  },
  flags: {
    is_withdrawn: { label: "the person took the appeal back", is: ({ outcome }) => outcome === "withdrawn", set: (props, to) => ({ ...props, outcome: to ? "withdrawn" : props.outcome === "withdrawn" ? "upheld" : props.outcome }) },
    has_grounds: { label: "there are grounds", is: ({ grounds }) => grounds !== "", set: (props, to) => ({ ...props, grounds: to ? props.grounds || "…" : "" }) },
    has_new_measure: { label: "another measure takes its place", is: ({ newMeasure }) => newMeasure !== null, set: (props, to) => ({ ...props, newMeasure: to ? props.newMeasure : null }) },
  },
};

const byMail: Of<"appeal_by_mail"> = {
  variables: {
    platform_name: platformName,
    reference,
    received_at: { label: "When the message arrived", required: "the day it arrived is the one that counts.", inline: ({ letter }) => rowFromEnd(letter, 1) },
    status_link: linkTo("The link that shows where it stands"),
    appeal_link: linkTo("The link to the form for appeals", 1),
  },
  flags: {},
};

const putAside: Of<"appeal_put_aside"> = {
  variables: {
    platform_name: platformName,
    reference,
    received_at: { label: "When the message arrived", inline: ({ letter }) => rowFromEnd(letter, 1) },
    reason: { label: "Why, as staff wrote it", required: "the person is told why.", block: ({ letter }) => nth(letter, "quote") },
    appeal_link: linkTo("The link to the form for appeals"),
  },
  flags: {},
};

const question: Of<"appeal_question"> = {
  variables: {
    platform_name: platformName,
    reference,
    question: { label: "The question, as the reviewer wrote it", required: "it is what is asked.", block: ({ letter }) => nth(letter, "quote") },
    wait: { label: "How long the clock waits", required: "the person is told until when to answer.", inline: ({ letter }) => rowFromEnd(letter, 1) },
    standing_link: linkTo("The link to answer"),
  },
  flags: {},
};

const questionEnded: Of<"appeal_question_ended"> = {
  variables: {
    platform_name: platformName,
    reference,
    asked_at: { label: "When the question was asked", required: "the person is told which question.", inline: ({ letter }) => rowFromEnd(letter, 2) },
    answer_by: { label: "The day by which it is answered", required: "the person is told until when they wait.", inline: ({ letter }) => rowFromEnd(letter, 1) },
    standing_link: linkTo("The link to the appeal"),
  },
  flags: {},
};

const delayed: Of<"appeal_delayed"> = {
  variables: {
    platform_name: platformName,
    reference,
    filed_at: { label: "When the appeal was filed", inline: ({ letter }) => rowFromEnd(letter, 2) },
    promised_by: { label: "The day by which an answer was promised", required: "the person is told which promise was not kept.", inline: ({ letter }) => rowFromEnd(letter, 1) },
    standing_link: linkTo("The link to the appeal"),
  },
  flags: {},
};

const senderHealth: Of<"sender_health"> = {
  variables: {
    platform_name: platformName,
    business_name: businessName,
    expires_at: { label: "Until when the link opens the page", required: "the person is told how long the link lasts.", inline: ({ letter }) => rowFromEnd(letter, 1) },
    health_link: linkTo("The link to the page"),
  },
  flags: {},
};

const statusLink = linkTo("The link to the report’s page");

const reportReceipt: Of<"report_receipt"> = {
  variables: { platform_name: platformName, reference, received_at: { label: "When it arrived", inline: ({ letter }) => rowFromEnd(letter, 1) }, status_link: statusLink },
  flags: {},
};

const reportOutcome: Of<"report_outcome"> = {
  variables: {
    platform_name: platformName,
    reference,
    decided_at: { label: "When it was decided", inline: ({ letter }) => rowFromEnd(letter, 1) },
    outcome: { label: "The outcome, in the product’s words", required: "the reporter is told the outcome.", block: ({ letter }) => nth(letter, "paragraph", 1) },
    status_link: statusLink,
  },
  flags: {},
};

const informationRequest: Of<"information_request"> = {
  variables: {
    platform_name: platformName,
    reference,
    question: { label: "The question, as staff wrote it", required: "it is what is asked.", block: ({ letter }) => nth(letter, "quote") },
    answer_by: { label: "Until when to answer", when: "has_deadline", required: "the reporter is told until when.", inline: ({ letter, props }) => (props.answerBefore ? rowFromEnd(letter, 1) : "") },
    status_link: statusLink,
  },
  flags: { has_deadline: { label: "there is a day to answer by", is: ({ answerBefore }) => answerBefore !== null, set: (props, to) => ({ ...props, answerBefore: to ? props.answerBefore : null }) } },
};

const reversed: Of<"decision_reversed"> = {
  variables: {
    platform_name: platformName,
    reference,
    outcome: { label: "What became of the decision, as a title", inline: ({ letter }) => letter.preview },
    explanation: { label: "What became of the decision, in the product’s words", required: "the reporter is told what changed.", block: ({ letter }) => letter.blocks.slice(0, 1) },
    at: { label: "When", inline: ({ letter }) => rowFromEnd(letter, 1) },
    status_link: statusLink,
  },
  flags: {},
};

const reportingMeasure: Of<"reporting_measure"> = {
  variables: {
    platform_name: platformName,
    opening: { label: "What happened and what follows, in the product’s words", required: "the person is told what is asked of them.", block: ({ letter }) => letter.blocks.slice(0, 1) },
    reason: { label: "Why, as staff wrote it", required: "the person is told why.", block: ({ letter }) => nth(letter, "quote") },
    figures: { label: "The reference, how many reports were unfounded, and until when", required: "the person is told on which figures and until when.", block: ({ letter }) => nth(letter, "facts") },
    until: { label: "Until when reports are set aside", when: "is_mute", inline: ({ letter, props }) => (props.endsAt ? rowFromEnd(letter, 1) : "") },
    objection: { label: "How long one can object and who decides", required: rights, block: ({ letter }) => beforeLink(letter, 1) },
    standing_link: linkTo("The link to object"),
  },
  flags: {
    is_mute: { label: "reports are set aside, not only warned about", is: ({ kind }) => kind === "mute", set: (props, to) => ({ ...props, kind: to ? "mute" : "warning", endsAt: to ? props.endsAt : null }) },
  },
};

const reportingRuling: Of<"reporting_ruling"> = {
  variables: {
    platform_name: platformName,
    reference,
    outcome: { label: "The outcome, in the product’s words", required: "the person is told the outcome.", block: ({ letter }) => letter.blocks.slice(0, 1) },
    grounds: { label: "The grounds, as the reviewer wrote them", required: "an answer has grounds.", block: ({ letter }) => nth(letter, "quote") },
    standing_link: linkTo("The link to the details"),
  },
  flags: {},
};

/** What each kind of message can say. A new kind without its entry does not compile. */
export const catalogue: { [Kind in TemplatedKind]: Of<Kind> } = {
  report_receipt: reportReceipt,
  report_outcome: reportOutcome,
  information_request: informationRequest,
  decision_reversed: reversed,
  reporting_measure: reportingMeasure,
  reporting_ruling: reportingRuling,
  statement_of_reasons: statement,
  interim_measure: interim,
  action_changed: changed,
  action_ended: ended,
  appeal_receipt: receipt,
  appeal_by_mail: byMail,
  appeal_put_aside: putAside,
  appeal_question: question,
  appeal_question_ended: questionEnded,
  appeal_delayed: delayed,
  appeal_ruling: ruling,
  sender_health: senderHealth,
};

export const templatedKinds = Object.keys(catalogue) as TemplatedKind[];
export const isTemplated = (kind: string): kind is TemplatedKind => Object.hasOwn(catalogue, kind);
