import { z } from "zod";
import type { Deps } from "~/infra/deps.server";
import type { Db } from "~/infra/db.server";
import { loadEvidenceFiles } from "../cases/evidence-files.queries.server";
import type { MessageDirection } from "../cases/message-direction";
import type { EvidenceView } from "../cases/evidence-view";
import type { WaveOfReport } from "../cases/wave-mark";
import { reportChoices, type ReportChoices } from "./report-form.queries.server";
import { findAccountCandidates } from "./report.repo.server";

export interface ReportRow {
  id: string;
  reference: string;
  platform: string;
  channel: string;
  accusedName: string | null;
  clause: string | null;
  excerpt: string;
  files: number;
  /** How many reports have nearly the same message; null: no other. */
  waveSize: number | null;
  receivedAt: string;
}

export interface ReportPage {
  rows: ReportRow[];
  next: string | null;
}

const pageSize = 50;
const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);

/** Reports that wait for a person to say which account they are about, or those set aside, the longest waiting first. */
export async function reportsToMatch(db: Db, { platformId, after, setAside = false }: { platformId: string | null; after: string | null; setAside?: boolean }): Promise<ReportPage> {
  const cursor = cursorSchema.safeParse(after?.split("~"));
  const [since, sinceId] = cursor.success ? cursor.data : ["1970-01-01T00:00:00.000Z", "00000000-0000-0000-0000-000000000000"];
  const rows = await db.$queryRaw<(Omit<ReportRow, "receivedAt"> & { receivedAt: Date })[]>`
    SELECT r.id, r.reference, p.name AS platform, r.channel::text, r.accused_name AS "accusedName",
           coalesce(v.title, c.code) AS clause, left(r.description, 200) AS excerpt,
           (SELECT count(*)::int FROM evidence_file f WHERE f.report_id = r.id) AS files,
           w.size AS "waveSize", r.received_at AS "receivedAt"
      FROM report r
      JOIN platform p ON p.id = r.platform_id
      LEFT JOIN clause c ON c.id = r.clause_id
      LEFT JOIN report_wave w ON w.id = r.wave_id AND w.size > 1
      LEFT JOIN LATERAL (
        SELECT cv.title FROM clause_version cv JOIN policy_version pv ON pv.id = cv.policy_version_id
         WHERE cv.clause_id = c.id AND pv.state = 'in_force' LIMIT 1) v ON true
     WHERE r.state = 'received' AND (r.set_aside_by_id IS NOT NULL) = ${setAside}
       AND (r.received_at, r.id) > (${since}::timestamptz, ${sinceId}::uuid)
       AND (${platformId}::uuid IS NULL OR r.platform_id = ${platformId}::uuid)
     ORDER BY r.received_at, r.id
     LIMIT ${pageSize + 1}`;
  const shown = rows.slice(0, pageSize).map((row) => ({ ...row, receivedAt: row.receivedAt.toISOString() }));
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > pageSize && last ? `${last.receivedAt}~${last.id}` : null };
}

export interface SuggestedAccount {
  id: string;
  businessName: string;
  externalId: string;
  status: string;
  /** Why it could be the one. */
  because: string;
}

export interface ReportToMatch {
  id: string;
  reference: string;
  state: string;
  caseReference: string | null;
  platform: { id: string; key: string; name: string; zone: string };
  channel: string;
  language: string;
  accusedName: string | null;
  hasAccusedPhone: boolean;
  phoneCount: number;
  hasAddress: boolean;
  /** By the mute of its reporter, while nobody has taken it up. */
  setAside: { reporterId: string; until: string | null } | null;
  clauseCode: string | null;
  description: string;
  messageText: string | null;
  wave: WaveOfReport | null;
  happenedAt: string | null;
  /** The time in it was told by nobody. */
  happenedDayOnly: boolean;
  receivedAt: string;
  files: EvidenceView[];
  messages: { id: string; direction: MessageDirection; text: string; at: string }[];
  suggestions: SuggestedAccount[];
  found: SuggestedAccount[] | null;
  groups: ReportChoices["groups"];
}

/**
 * One report with everything a person needs to say which account it is about.
 *
 * @param sought what they typed to find an account: its name, its id on the platform, or a number
 */
export async function reportToMatch(deps: Pick<Deps, "db" | "crypto">, id: string, sought: string | null): Promise<ReportToMatch | null> {
  const { db, crypto } = deps;
  const report = await db.report.findUnique({
    where: { id },
    include: {
      platform: { select: { id: true, key: true, name: true, zone: true } },
      clause: { select: { code: true } },
      case: { select: { reference: true } },
      reporter: { select: { emailSealed: true } },
      setAsideBy: { select: { reporterId: true, endsAt: true } },
      phones: { select: { lookupHash: true } },
      messages: { orderBy: [{ createdAt: "asc" }, { id: "asc" }] },
      wave: { select: { id: true, size: true } },
    },
  });
  if (!report) return null;
  const phoneHashes = [...report.phones.map((phone) => phone.lookupHash), ...(report.accusedPhoneHash ? [report.accusedPhoneHash] : [])];
  const suggestions = await suggest(db, { platformId: report.platformId, name: report.accusedName, externalId: report.accusedName, phoneHashes });
  const found = sought ? await suggest(db, { platformId: report.platformId, name: sought, externalId: sought, phoneHashes: [crypto.lookup(sought, "phone")] }) : null;
  const choices = await reportChoices(db, report.platform.key, "en");
  return {
    id: report.id,
    reference: report.reference,
    state: report.state,
    caseReference: report.case?.reference ?? null,
    platform: report.platform,
    channel: report.channel,
    language: report.language,
    accusedName: report.accusedName,
    hasAccusedPhone: report.accusedPhoneHash !== null,
    phoneCount: report.phones.length,
    hasAddress: Boolean(report.reporter?.emailSealed),
    setAside: report.setAsideBy && report.state === "received" ? { reporterId: report.setAsideBy.reporterId, until: report.setAsideBy.endsAt?.toISOString() ?? null } : null,
    clauseCode: report.clause?.code ?? null,
    description: report.description,
    messageText: report.messageText,
    wave: report.wave && report.wave.size > 1 ? { ...report.wave, likeness: report.waveLikeness ?? 0 } : null,
    happenedAt: report.happenedAt?.toISOString() ?? null,
    happenedDayOnly: report.happenedDayOnly,
    receivedAt: report.receivedAt.toISOString(),
    files: await loadEvidenceFiles(db, { reportId: report.id }),
    messages: report.messages.map((message) => ({ id: message.id, direction: message.direction, text: message.text, at: message.createdAt.toISOString() })),
    suggestions,
    found,
    groups: choices?.groups ?? [],
  };
}

async function suggest(db: Db, sought: Parameters<typeof findAccountCandidates>[1]): Promise<SuggestedAccount[]> {
  const candidates = await findAccountCandidates(db, sought);
  const accounts = await db.account.findMany({
    where: { id: { in: candidates.map((candidate) => candidate.id) } },
    select: { id: true, businessName: true, externalId: true, status: true },
  });
  return candidates.flatMap((candidate) => {
    const account = accounts.find((one) => one.id === candidate.id);
    return account ? [{ ...account, because: because(candidate) }] : [];
  });
}

function because(candidate: Awaited<ReturnType<typeof findAccountCandidates>>[number]): string {
  if (candidate.externalIdMatches) return "this is its id";
  const alike = `name ${Math.round(candidate.similarity * 100)} % alike`;
  return candidate.phoneMatches ? `a number given is one of its numbers, ${alike}` : alike;
}
