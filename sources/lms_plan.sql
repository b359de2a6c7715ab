-- The shift plan, from the labour management system (LMS). One row per group of staff with its one break.
-- The plan is reissued about hourly; an issue is all rows of one warehouse and recorded_at. Only the newest issue
-- that was visible at the snapshot counts, and it counts whole.
--
-- Adapt this file where your tables look different: keep the parameters and the names of the result's columns,
-- change the rest. A row that does not fit is counted and left out; a column that is missing makes the source absent.
--   $1  snapshot, timestamptz: no row may have been recorded later, so that a cycle run again sees what it saw
--   $2  window in minutes, integer: how old an issue may be
--   $3  warehouses, text[]: the codes as this system spells them, all in one query
--
-- warehouse, workpool, process  names; process is PICK, INDUCT, PACK, ...
-- shift_start, shift_end        the shift
-- break_start, break_end        this group's break; both NULL where there is none
-- hc_plan                       persons in this group; adds up over the rows of a shift
-- uph_plan                      units per hour and person
-- recorded_at                   time of the issue
WITH newest AS (
  SELECT warehouse, max(recorded_at) AS recorded_at
  FROM lms_plan
  WHERE recorded_at <= $1::timestamptz
    AND recorded_at >= $1::timestamptz - make_interval(mins => $2::integer)
    AND warehouse = ANY ($3::text[])
  GROUP BY warehouse
)
SELECT
  warehouse,
  workpool,
  process,
  shift_start,
  shift_end,
  break_start,
  break_end,
  hc_plan,
  uph_plan,
  recorded_at
FROM lms_plan
JOIN newest USING (warehouse, recorded_at)
