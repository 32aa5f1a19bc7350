import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { compareSeverity } from "../policy/severity";
import { type Case, changed } from "./case";

/**
 * Puts the undecided reports and all signals of one case into another of the same account and area: those whose outcome
 * was taken back, and those that never had one. Reports with an outcome that stands stay where they were decided.
 *
 * @returns both cases with their new counts, to be saved by the caller, who has locked them
 */
export async function moveContents(tx: Tx, from: Case, to: Case, at: DateTime): Promise<[from: Case, to: Case]> {
  const reports = await tx.$executeRaw`
    UPDATE report SET case_id = ${to.id}::uuid
     WHERE case_id = ${from.id}::uuid AND (state = 'attached' OR (state = 'resolved' AND outcome = 'reversed'))`;
  const moved = await tx.$queryRaw<{ stands: boolean }[]>`UPDATE signal SET case_id = ${to.id}::uuid WHERE case_id = ${from.id}::uuid RETURNING retracted_at IS NULL AS stands`;
  const signals = moved.filter(({ stands }) => stands).length;
  return [
    changed(from, { reportCount: from.reportCount - reports, signalCount: from.signalCount - signals }, at),
    changed(
      to,
      {
        reportCount: to.reportCount + reports,
        signalCount: to.signalCount + signals,
        severity: compareSeverity(from.severity, to.severity) > 0 ? from.severity : to.severity,
      },
      at,
    ),
  ];
}
