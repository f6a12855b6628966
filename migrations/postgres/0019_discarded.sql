-- 作废草稿: a visit that was begun by mistake is left out of lists and counts, and stays in its ticket's story.

ALTER TABLE visit DROP CONSTRAINT visit_state_check;
ALTER TABLE visit ADD CONSTRAINT visit_state_check CHECK (
    state IN ('draft', 'submitted', 'approved', 'returned', 'rejected', 'discarded')
);
