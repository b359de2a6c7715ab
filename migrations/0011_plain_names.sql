-- A name stands in the middle of a sentence: what breaks its line or turns its direction would make it say something else.
CREATE FUNCTION check_warehouse_name() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.name ~ '[\u0001-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]' THEN
    PERFORM refuse_row('warehouse.name', 'the name has a control character',
      'Expected one line without control characters, those for the direction of writing included.');
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER check_warehouse_name BEFORE INSERT OR UPDATE OF name ON warehouse
FOR EACH ROW EXECUTE FUNCTION check_warehouse_name();
