import { isRuleCode, ruleCatalogue } from "./rules/rule-catalogue";

export const figure = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 4 });

export const ruleTitle = (rule: string): string => (isRuleCode(rule) ? ruleCatalogue[rule].title : rule.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase()));

/** "12 of 30 (40 %)"; with nothing to count and nothing to count from, a dash. */
export const share = (part: number, of: number): string => (of === 0 ? (part === 0 ? "—" : `${figure(part)} of 0`) : `${figure(part)} of ${figure(of)} (${(100 * part / of).toLocaleString("en-US", { maximumFractionDigits: 1 })} %)`);

const counted: readonly string[] = ["breaches", "opt_outs", "windows_over"];
const denominators: readonly string[] = ["marketing", "automated", "templates", "delivered", "sent", "requests"];

/** What there is one of. */
const alone: Readonly<Record<string, string>> = { breaches: "breach", opt_outs: "opt-out", contacts: "contact", requests: "request", addresses: "address", messages: "message" };

/** What a signal counted, with its denominator: "41 opt-outs of 1,204 delivered (3.4 %)". */
export function measuresInWords(measures: Readonly<Record<string, number>>): string[] {
  const entries = Object.entries(measures);
  const part = entries.find(([name]) => counted.includes(name));
  const whole = entries.find(([name]) => denominators.includes(name));
  const words = (name: string, value = 2) => (value === 1 ? alone[name] : undefined) ?? name.replace("opt_outs", "opt-outs").replaceAll("_", " ");
  const first = part && whole && part[0] !== "windows_over" && whole[1] >= part[1] && whole[1] > 0 ? [`${figure(part[1])} ${words(part[0], part[1])} of ${figure(whole[1])} ${words(whole[0])} (${((100 * part[1]) / whole[1]).toLocaleString("en-US", { maximumFractionDigits: 1 })} %)`] : [];
  const rest = first.length > 0 ? entries.filter(([name]) => name !== part![0] && name !== whole![0]) : entries;
  return [...first, ...rest.map(([name, value]) => `${figure(value)} ${words(name, value)}`)];
}
