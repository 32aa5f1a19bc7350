import type { Db } from "~/infra/db.server";
import type { Locale } from "~/infra/http/locale";
import type { MessageDirection } from "../cases/message-direction";
import { dismissalReasons, stageOf, toldFor, type ReporterStage } from "./report";
import type { IntakeWords } from "./words";

export interface ReportFile {
  name: string;
  size: number;
}

export type ToldOutcome = keyof IntakeWords["status"]["outcome"];

export interface ReportStatus {
  reference: string;
  platform: { key: string; name: string; zone: string };
  language: Locale;
  accusedName: string | null;
  description: string;
  receivedAt: string;
  stage: ReporterStage;
  /** What was told first, and when. */
  outcome: { said: ToldOutcome; at: string } | null;
  /** What became of it since. */
  revision: { to: "changed" | "reversed"; at: string } | null;
  takesEvidence: boolean;
  hasAddress: boolean;
  files: ReportFile[];
  messages: { id: string; from: "you" | "us" | "unknown"; text: string; at: string; files: ReportFile[] }[];
  /** The last word is ours and waits for an answer. */
  openQuestion: boolean;
}

const fileColumns = { where: { deletedAt: null }, select: { fileName: true, size: true }, orderBy: { id: "asc" } } as const;
const fileOf = ({ fileName, size }: { fileName: string; size: number }): ReportFile => ({ name: fileName, size });

/** A report as its reporter may see it: nothing of the case, the account, staff's names or other reports. */
export async function reportStatus(db: Db, reportId: string): Promise<ReportStatus | null> {
  const report = await db.report.findUnique({
    where: { id: reportId },
    include: {
      platform: { select: { key: true, name: true, zone: true } },
      reporter: { select: { emailSealed: true } },
      case: { select: { state: true } },
      files: { ...fileColumns, where: { ...fileColumns.where, reportMessageId: null } },
      messages: { orderBy: [{ createdAt: "asc" }, { id: "asc" }], include: { files: fileColumns } },
    },
  });
  if (!report) return null;
  const stage = stageOf(report.state, report.case?.state ?? null);
  return {
    reference: report.reference,
    platform: report.platform,
    language: report.language === "es" ? "es" : "en",
    accusedName: report.accusedName,
    description: report.description,
    receivedAt: report.receivedAt.toISOString(),
    stage,
    outcome: outcomeOf(report),
    revision: report.revisedAt && { to: report.outcome === "reversed" ? "reversed" : "changed", at: report.revisedAt.toISOString() },
    takesEvidence: report.state !== "dismissed",
    hasAddress: Boolean(report.reporter?.emailSealed),
    files: report.files.map(fileOf),
    messages: report.messages.map(messageOf),
    openQuestion: stage !== "outcome" && report.messages.findLast(({ direction }) => direction !== "from_unknown")?.direction === "to_reporter",
  };
}

/** What somebody unknown wrote is not shown to the reporter: it may be there to deceive them. */
function messageOf({ id, direction, text, createdAt, files }: { id: string; direction: MessageDirection; text: string; createdAt: Date; files: { fileName: string; size: number }[] }): ReportStatus["messages"][number] {
  const at = createdAt.toISOString();
  if (direction === "from_unknown") return { id, from: "unknown", text: "", at, files: [] };
  return { id, from: direction === "from_reporter" ? "you" : "us", text, at, files: files.map(fileOf) };
}

export async function reportLanguage(db: Db, reportId: string): Promise<Locale> {
  const { language } = await db.report.findUniqueOrThrow({ where: { id: reportId }, select: { language: true } });
  return language === "es" ? "es" : "en";
}

type Resolved = { state: string; outcome: "action_taken" | "no_violation" | "insufficient_evidence" | "reversed" | null; dismissalReason: string | null; resolvedAt: Date | null };

function outcomeOf(report: Resolved): ReportStatus["outcome"] {
  const said = saidOf(report);
  return said && report.resolvedAt && { said, at: report.resolvedAt.toISOString() };
}

/** Only what was acted on can be reversed, so that is what was told before. */
function saidOf({ state, outcome, dismissalReason }: Resolved): ToldOutcome | null {
  if (state !== "dismissed") return outcome === "reversed" ? "action_taken" : outcome;
  const reason = dismissalReasons.find((known) => known === dismissalReason);
  return reason ? toldFor(reason) : "out_of_scope";
}
