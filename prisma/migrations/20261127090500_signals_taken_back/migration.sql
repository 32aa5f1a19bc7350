-- A signal that was taken back after its case was decided went on being counted there. Open cases counted right.
UPDATE "case" c SET signal_count = s.standing
  FROM (SELECT case_id, count(*) FILTER (WHERE retracted_at IS NULL)::int AS standing FROM signal WHERE case_id IS NOT NULL GROUP BY case_id HAVING count(retracted_at) > 0) s
 WHERE s.case_id = c.id AND c.state IN ('decided', 'closed') AND c.signal_count > s.standing;
