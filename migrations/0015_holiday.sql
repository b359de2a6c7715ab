-- Days on which a warehouse works as on a weekend: they are compared with weekend days, and no working day with them.
CREATE TABLE holiday (
  -- NULL: every warehouse
  warehouse text CONSTRAINT holiday_needs_an_existing_warehouse REFERENCES warehouse (code),
  -- by the warehouse's own calendar
  day date NOT NULL,
  name text
);

CREATE UNIQUE INDEX holiday_told_already ON holiday (day, coalesce(warehouse, ''));

CREATE FUNCTION check_holiday() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.day IS NULL OR NOT isfinite(NEW.day) THEN
    PERFORM refuse_row('holiday.day', 'it is no day', 'Expected a day of the calendar, e.g. ''2026-12-25''.');
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER check_holiday BEFORE INSERT OR UPDATE ON holiday
FOR EACH ROW EXECUTE FUNCTION check_holiday();
