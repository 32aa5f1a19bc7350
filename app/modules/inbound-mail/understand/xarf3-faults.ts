import { isIP } from "node:net";

type Fields = Readonly<Record<string, unknown>>;

const isMissing = (value: unknown): boolean => value === undefined || value === null || value === "";
const fieldsOf = (value: unknown): Fields => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {});
const isInstant = (value: unknown): boolean => typeof value === "string" && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/i.test(value) && !Number.isNaN(Date.parse(value));
const isPort = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535;

const words: Readonly<Record<string, readonly string[]>> = { ReportClass: ["Content", "Activity", "Vulnerability"], ReporterSeverity: ["low", "medium", "high"] };

/** What a report is about: a report names one of them, one of spam the address it came from. */
const subjects = ["SourceIp", "SourceUrl", "Account"] as const;

/**
 * What an XARF 3 report lacks by the rules that hold for all of them and for spam (github.com/abusix/xarf, schemas of version 3), each as a
 * sentence's end. What a field says is not repeated: it may name somebody.
 */
export function xarf3Faults(json: Fields): string[] {
  const [reporter, report] = [fieldsOf(json.ReporterInfo), fieldsOf(json.Report)];
  const named = reporter.ReporterType === "Person" ? [] : ["ReporterOrg", "ReporterOrgDomain", "ReporterOrgEmail"];
  const about = report.ReportType === "Spam" ? (["SourceIp"] as const) : subjects;
  const samples = Array.isArray(report.Samples) ? report.Samples.map(fieldsOf) : [];
  const whole = (sample: Fields) => !isMissing(sample.FileName) || (!isMissing(sample.ContentType) && !isMissing(sample.Payload));
  const wrong = (name: string, isRight: (value: unknown) => boolean) => !isMissing(report[name]) && !isRight(report[name]);
  const faults: [string, boolean][] = [
    ["Disclosure is not said to be true or false", typeof json.Disclosure !== "boolean"],
    ...named.map((name): [string, boolean] => [`ReporterInfo.${name} is missing`, isMissing(reporter[name])]),
    ...["ReportClass", "ReportType", "Date"].map((name): [string, boolean] => [`Report.${name} is missing`, isMissing(report[name])]),
    [`Report.${about.join(" or ")} is missing`, about.every((name) => isMissing(report[name]))],
    ...["Date", "FirstSeen"].map((name): [string, boolean] => [`Report.${name} is no date and time with a zone`, wrong(name, isInstant)]),
    ...["SourceIp", "DestinationIp"].map((name): [string, boolean] => [`Report.${name} is no network address`, wrong(name, (value) => typeof value === "string" && isIP(value) !== 0)]),
    ["Report.SourcePort is no port number", wrong("SourcePort", isPort)],
    ...Object.entries(words).map(([name, allowed]): [string, boolean] => [`Report.${name} is none of the words it may be`, wrong(name, (value) => allowed.includes(String(value)))]),
    ["a sample lacks ContentType or Payload", samples.some((sample) => !whole(sample))],
  ];
  return faults.filter(([, holds]) => holds).map(([fault]) => fault);
}
