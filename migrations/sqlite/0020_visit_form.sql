-- Which form a visit names, as `clutter/1`; empty if it names none. Derived, as the rest of the row: visits from before this
-- step are found by their form after their next change, or after `warmline rebuild`.
ALTER TABLE visit ADD COLUMN form TEXT NOT NULL DEFAULT '';

CREATE INDEX visit_form ON visit (tenant, form, doc) WHERE form <> '';
