-- For an administrator of an upstream system: what sources/*.sql read, and nothing else. In a database of your own make
-- the role first: CREATE ROLE bufferwatch_reader LOGIN PASSWORD '...';
GRANT SELECT ON wes_stock, wcs_counters, lms_actuals, lms_plan TO bufferwatch_reader;
