-- Levels of every buffer, from the warehouse execution system (WES). One row per path and reading.
--
-- Adapt this file where your tables look different: keep the parameters and the names of the result's columns,
-- change the rest. A row that does not fit is counted and left out; a column that is missing makes the source absent.
--   $1  snapshot, timestamptz: no row may have been recorded later, so that a cycle run again sees what it saw
--   $2  window in minutes, integer: how far back to look
--   $3  warehouses, text[]: the codes as this system spells them, all in one query
--
-- warehouse, workpool, path  names; a path is unique in its warehouse
-- stage                      INDUCT, SORT, REBIN or PACK
-- buffer_kind                CONVEYOR, LANE, CHUTE, DROP_ZONE or PUTWALL
-- capacity_units, wip_units  size of the buffer and what lies in it at as_of, in units (not totes); NULL is unknown
-- backlog_units              released and not yet picked; on the INDUCT rows, 0 elsewhere
-- units_due_by_cpt, cpt_ts   units for the next departure, and its time
-- as_of, recorded_at         time of the reading; time at which this system knew it
SELECT
  warehouse,
  workpool,
  path,
  stage,
  buffer_kind,
  capacity_units,
  wip_units,
  backlog_units,
  units_due_by_cpt,
  cpt_ts,
  as_of,
  recorded_at
FROM wes_stock
WHERE recorded_at <= $1::timestamptz
  AND recorded_at >= $1::timestamptz - make_interval(mins => $2::integer)
  AND warehouse = ANY ($3::text[])
