import { expect, test } from "vitest";
import { xarf3Faults } from "./xarf3-faults";

const reporter = { ReporterOrg: "Watch", ReporterOrgDomain: "watch.example", ReporterOrgEmail: "reports@watch.example" };
const spam = { ReportClass: "Activity", ReportType: "Spam", Date: "2026-11-26T08:00:00Z", SourceIp: "192.0.2.4" };
const whole = { Version: "3", ReporterInfo: reporter, Disclosure: true, Report: spam };
const about = (report: Record<string, unknown>) => ({ ...whole, Report: { ...spam, ...report } });

test.each<[string, Record<string, unknown>, string[]]>([
  ["a whole report of spam", whole, []],
  ["an organisation can be written to", { ...whole, ReporterInfo: { ReporterOrg: "Watch" } }, ["ReporterInfo.ReporterOrgDomain is missing", "ReporterInfo.ReporterOrgEmail is missing"]],
  ["a person need not be", { ...whole, ReporterInfo: { ReporterType: "Person" } }, []],
  ["whether it may be passed on", { ...whole, Disclosure: "yes" }, ["Disclosure is not said to be true or false"]],
  ["spam comes from an address", about({ SourceIp: undefined, SourceUrl: "https://a.example/" }), ["Report.SourceIp is missing"]],
  ["phishing may stand at one on the web", about({ ReportClass: "Content", ReportType: "Phishing", SourceIp: undefined, SourceUrl: "https://a.example/" }), []],
  ["it is about something", about({ ReportType: "Phishing", SourceIp: "" }), ["Report.SourceIp or SourceUrl or Account is missing"]],
  ["a class is one of three", about({ ReportClass: "Messaging" }), ["Report.ReportClass is none of the words it may be"]],
  ["a day is no instant", about({ Date: "2026-11-26" }), ["Report.Date is no date and time with a zone"]],
  ["an address is one", about({ SourceIp: "192.0.2.400", SourcePort: 70_000 }), ["Report.SourceIp is no network address", "Report.SourcePort is no port number"]],
  ["a sample is there", about({ Samples: [{ ContentType: "message/rfc822" }, { FileName: "a.exe" }] }), ["a sample lacks ContentType or Payload"]],
  ["anything else", { ReporterInfo: 7, Report: [1] }, ["Disclosure is not said to be true or false", "ReporterInfo.ReporterOrg is missing", "ReporterInfo.ReporterOrgDomain is missing", "ReporterInfo.ReporterOrgEmail is missing", "Report.ReportClass is missing", "Report.ReportType is missing", "Report.Date is missing", "Report.SourceIp or SourceUrl or Account is missing"]],
])("%s", (_what, report, faults) => {
  expect(xarf3Faults(report)).toEqual(faults);
});
