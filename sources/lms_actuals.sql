-- Staff at work, from the labour management system (LMS). One row per process of a workpool and 15-minute interval.
--
-- Adapt this file where your tables look different: keep the parameters and the names of the result's columns,
-- change the rest. A row that does not fit is counted and left out; a column that is missing makes the source absent.
--   $1  snapshot, timestamptz: no row may have been recorded later, so that a cycle run again sees what it saw
--   $2  window in minutes, integer: how far back to look
--   $3  warehouses, text[]: the codes as this system spells them, all in one query
--
-- warehouse, workpool, process  names; process is PICK, INDUCT, PACK, ...
-- hc_active, hc_idle            staffed and not on a break, averaged over the interval; how many of them idle
-- hc_break                      on a break, not part of hc_active
-- uph_15m                       units per hour and active person, idle time included; NULL is unknown
-- interval_end, recorded_at     end of the interval; time at which this system knew it
SELECT
  warehouse,
  workpool,
  process,
  hc_active,
  hc_idle,
  hc_break,
  uph_15m,
  interval_end,
  recorded_at
FROM lms_actuals
WHERE recorded_at <= $1::timestamptz
  AND recorded_at >= $1::timestamptz - make_interval(mins => $2::integer)
  AND warehouse = ANY ($3::text[])
