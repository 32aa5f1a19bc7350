import { Prisma } from "~/infra/db.server";

/** Samples `s` that a person can look at blind; the trigger `calibration_independent` refuses the others too. */
export const eligible = (staffId: string) => Prisma.sql`
  NOT EXISTS (SELECT 1 FROM decision d WHERE d.id = s.decision_id AND ${staffId}::uuid IN (d.decider_id, d.approver_id))
  AND NOT EXISTS (SELECT 1 FROM approval p JOIN decision d ON d.id = p.decision_id WHERE d.case_id = s.case_id AND ${staffId}::uuid IN (p.reviewer_id, p.proposer_id))
  AND NOT EXISTS (SELECT 1 FROM appeal l JOIN action a ON a.id = l.action_id WHERE a.case_id = s.case_id AND ${staffId}::uuid IN (l.ruled_by_id, l.reviewer_id))
  AND NOT EXISTS (SELECT 1 FROM case_event e WHERE e.case_id = s.case_id AND e.actor_kind = 'staff' AND e.actor_id = ${staffId}::uuid)
  AND NOT EXISTS (SELECT 1 FROM calibration_exposure x WHERE x.sample_id = s.id AND x.staff_id = ${staffId}::uuid)`;
