-- A version that was held and goes on is scheduled again from then on, also where its day and what is posted stay.
ALTER TABLE "policy_notice_campaign" ADD COLUMN "released_at" TIMESTAMPTZ(3);

CREATE OR REPLACE FUNCTION policy_version_told(version uuid) RETURNS void LANGUAGE sql AS $$
  SELECT stage_event(y.platform_id, NULL, 'policy.changed', v.id,
           CASE WHEN v.state = 'in_force' THEN greatest(v.created_at, v.effective_from)
                WHEN v.state = 'superseded' THEN greatest(v.created_at, v.effective_to)
                ELSE coalesce(c.held_since, greatest(o.posted_at, c.released_at), v.published_at, v.created_at) END,
           json_build_object('platform', p.key, 'policy', y.code, 'title', y.title, 'version', v.number,
             'state', CASE WHEN v.state = 'scheduled' AND c.held_since IS NOT NULL THEN 'held' ELSE v.state::text END, 'material', v.material,
             'effectiveFrom', iso_instant(v.effective_from), 'effectiveTo', iso_instant(v.effective_to), 'note', NULL))
    FROM policy_version v JOIN policy y ON y.id = v.policy_id JOIN platform p ON p.id = y.platform_id
    LEFT JOIN LATERAL (SELECT l.held_since, l.released_at FROM policy_notice_campaign l WHERE l.policy_version_id = v.id ORDER BY l.created_at DESC, l.id DESC LIMIT 1) c ON true
    LEFT JOIN policy_posting o ON o.policy_version_id = v.id AND o.ended_at IS NULL
   WHERE v.id = version AND v.state IN ('scheduled', 'in_force', 'superseded');
$$;
