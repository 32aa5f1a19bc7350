import type { Db } from "~/infra/db.server";
import type { Locale } from "~/infra/http/locale";
import { dismissalReasons, stageOf, toldFor, type ReporterStage } from "./report";
import type { IntakeWords } from "./words";

export interface ReportFile {
  name: string;
  size: number;
}

export interface ReportStatus {
  reference: string;
  platform: { key: string; name: string; zone: string };
  language: Locale;
  accusedName: string | null;
  description: string;
  receivedAt: string;
  stage: ReporterStage;
  outcome: keyof IntakeWords["status"]["outcome"] | null;
  outcomeAt: string | null;
  takesEvidence: boolean;
  hasAddress: boolean;
  files: ReportFile[];
  messages: { id: string; from: "you" | "us"; text: string; at: string; files: ReportFile[] }[];
  /** The last word is ours and waits for an answer. */
  openQuestion: boolean;
}

const fileColumns = { select: { fileName: true, size: true }, orderBy: { id: "asc" } } as const;
const fileOf = ({ fileName, size }: { fileName: string; size: number }): ReportFile => ({ name: fileName, size });

/** A report as its reporter may see it: nothing of the case, the account, staff's names or other reports. */
export async function reportStatus(db: Db, reportId: string): Promise<ReportStatus | null> {
  const report = await db.report.findUnique({
    where: { id: reportId },
    include: {
      platform: { select: { key: true, name: true, zone: true } },
      reporter: { select: { emailSealed: true } },
      files: { ...fileColumns, where: { reportMessageId: null } },
      messages: { orderBy: [{ createdAt: "asc" }, { id: "asc" }], include: { files: fileColumns } },
    },
  });
  if (!report) return null;
  return {
    reference: report.reference,
    platform: report.platform,
    language: report.language === "es" ? "es" : "en",
    accusedName: report.accusedName,
    description: report.description,
    receivedAt: report.receivedAt.toISOString(),
    stage: stageOf(report.state),
    outcome: outcomeOf(report),
    outcomeAt: report.resolvedAt?.toISOString() ?? null,
    takesEvidence: report.state !== "dismissed",
    hasAddress: Boolean(report.reporter?.emailSealed),
    files: report.files.map(fileOf),
    messages: report.messages.map((message) => ({
      id: message.id,
      from: message.direction === "from_reporter" ? "you" : "us",
      text: message.text,
      at: message.createdAt.toISOString(),
      files: message.files.map(fileOf),
    })),
    openQuestion: stageOf(report.state) !== "outcome" && report.messages.at(-1)?.direction === "to_reporter",
  };
}

export async function reportLanguage(db: Db, reportId: string): Promise<Locale> {
  const { language } = await db.report.findUniqueOrThrow({ where: { id: reportId }, select: { language: true } });
  return language === "es" ? "es" : "en";
}

function outcomeOf(report: { state: string; outcome: "action_taken" | "no_violation" | "insufficient_evidence" | "reversed" | null; dismissalReason: string | null }): ReportStatus["outcome"] {
  if (report.state !== "dismissed") return report.outcome;
  const reason = dismissalReasons.find((known) => known === report.dismissalReason);
  return reason ? toldFor(reason) : "out_of_scope";
}
