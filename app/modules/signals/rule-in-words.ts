import { clockOf } from "./rule-book.schema";
import { proposalInWords, type InterimProposal } from "./rule-interim";
import type { NumberParameter, Parameter } from "./rules/parameter";
import { ruleCatalogue, type RuleCode, type RuleMode } from "./rules/rule-catalogue";

export const modeNames: Record<RuleMode, string> = { off: "Off", shadow: "Shadow", signal: "Signal", signal_and_interim: "Signal and proposal" };

export const modeMeanings: Record<RuleMode, string> = {
  off: "Finds nothing.",
  shadow: "Records what it would have found. It counts in no case and nobody hears of it.",
  signal: "Its signals count towards a case. People decide what follows.",
  signal_and_interim: "Its signals also propose an interim measure on the case: features to restrict for some days. A person accepts or refuses it, and the account holder is told that a machine found the conduct.",
};

const ones: Record<NumberParameter["unit"], string> = {
  hours: "hour",
  messages: "message",
  requests: "request",
  addresses: "address",
  things: "thing",
  accounts: "account",
  deliveries: "delivery",
  "opt-outs": "opt-out",
  "standard deviations": "standard deviation",
  times: "times",
  share: "share",
  "log odds": "log odds",
  "minute of the day": "minute of the day",
};

type Value = number | readonly string[];

/** "24 hours", "21:00", "0.5 %": a parameter's value as people say it. */
export function valueInWords(parameter: Parameter, value: Value): string {
  if (parameter.kind === "choices") return (value as readonly string[]).map((one) => one.replaceAll("_", " ")).join(", ");
  const number = value as number;
  if (parameter.unit === "minute of the day") return clockOf(number);
  if (parameter.unit === "share") return `${(number * 100).toLocaleString("en-US", { maximumFractionDigits: 2 })} %`;
  const text = number.toLocaleString("en-US", { maximumFractionDigits: 4 });
  return `${text} ${number === 1 ? ones[parameter.unit] : parameter.unit}`;
}

/** How the form has it. */
export function valueInForm(parameter: Parameter, value: Value): string | string[] {
  if (parameter.kind === "choices") return [...(value as readonly string[])];
  return parameter.unit === "minute of the day" ? clockOf(value as number) : String(value);
}

export const parametersInWords = (rule: RuleCode, values: Readonly<Record<string, Value>>): { name: string; what: string; value: string }[] =>
  Object.entries(ruleCatalogue[rule].parameters as Record<string, Parameter>).map(([name, parameter]) => ({ name, what: parameter.what, value: valueInWords(parameter, values[name]!) }));

interface Setting {
  mode: RuleMode;
  parameters: Readonly<Record<string, Value>>;
  measure?: InterimProposal | null;
}

const measureSaid = (measure: InterimProposal | null | undefined, names: Readonly<Record<string, string>>): string => (measure ? proposalInWords(measure, names) : "none");

/** What is different between two versions of a rule, each as "what: before, then after". */
export function changesInWords(rule: RuleCode, before: Setting, after: Setting, featureNames: Readonly<Record<string, string>> = {}): string[] {
  const mode = before.mode === after.mode ? [] : [`Mode: ${modeNames[before.mode]}, then ${modeNames[after.mode]}. ${modeMeanings[after.mode]}`];
  const [old, fresh] = [parametersInWords(rule, before.parameters), parametersInWords(rule, after.parameters)];
  const [stood, proposed] = [measureSaid(before.measure, featureNames), measureSaid(after.measure, featureNames)];
  const measure = stood === proposed ? [] : [`Interim measure it proposes: ${stood}, then ${proposed}.`];
  return [...mode, ...measure, ...fresh.flatMap(({ what, value }, index) => (old[index]!.value === value ? [] : [`${what}: ${old[index]!.value}, then ${value}.`]))];
}
