/** The upstream systems' tables as the default source queries expect them. */
export const UPSTREAM_TABLES = `
  CREATE TABLE wes_stock (
    warehouse text, workpool text, path text, stage text, buffer_kind text,
    capacity_units numeric, wip_units numeric, backlog_units numeric, units_due_by_cpt numeric,
    cpt_ts timestamptz, as_of timestamptz, recorded_at timestamptz
  );
  CREATE TABLE wcs_counters (
    warehouse text, path text, device text, in_total bigint, out_total bigint, recirc_total bigint,
    state text, fault text, plc_ts timestamptz, recorded_at timestamptz
  );
  CREATE TABLE lms_actuals (
    warehouse text, workpool text, process text, hc_active numeric, hc_idle numeric, hc_break numeric,
    uph_15m numeric, interval_end timestamptz, recorded_at timestamptz
  );
  CREATE TABLE lms_plan (
    warehouse text, workpool text, process text, shift_start timestamptz, shift_end timestamptz,
    break_start timestamptz, break_end timestamptz, hc_plan numeric, uph_plan numeric, recorded_at timestamptz
  );
`;
