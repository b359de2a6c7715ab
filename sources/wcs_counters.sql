-- Counters and states of every device, from the warehouse control system (WCS). One row per device and reading.
--
-- Adapt this file where your tables look different: keep the parameters and the names of the result's columns,
-- change the rest. A row that does not fit is counted and left out; a column that is missing makes the source absent.
--   $1  snapshot, timestamptz: no row may have been recorded later, so that a cycle run again sees what it saw
--   $2  window in minutes, integer: how far back to look
--   $3  warehouses, text[]: the codes as this system spells them, all in one query
--
-- warehouse, path, device         names; the devices of one path stand side by side and are added up
-- in_total, out_total             units in and out since the device's start (cumulative); NULL is unknown
-- recirc_total                    units that went round once more: the sorter's, else 0
-- state, fault                    RUN, IDLE (planned standstill), FAULT or ESTOP; fault code, e.g. JAM
-- plc_ts                          time of the reading by the device's own clock
-- recorded_at                     time at which this system knew it
SELECT
  warehouse,
  path,
  device,
  in_total,
  out_total,
  recirc_total,
  state,
  fault,
  plc_ts,
  recorded_at
FROM wcs_counters
WHERE recorded_at <= $1::timestamptz
  AND recorded_at >= $1::timestamptz - make_interval(mins => $2::integer)
  AND warehouse = ANY ($3::text[])
