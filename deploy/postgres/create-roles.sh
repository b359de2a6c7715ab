#!/bin/sh
# Runs once, when the Postgres of docker-compose.yml makes its cluster: the databases, and one role for each process,
# with the passwords of deploy/create-secrets. What they may do with the tables is granted by `bufferwatch migrate`.
#   temporal                      owns the two databases of the Temporal server, and enters no other
#   bufferwatch_migrate           makes schemas in the database bufferwatch, and owns them
#   bufferwatch_{env}             the workers of an environment, and whoever registers warehouses
#   bufferwatch_{env}_interact    the process that people's answers reach
#   bufferwatch_reader            the sources, where they lie here too: deploy/postgres/grant-reader.sql
set -eu

psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname bufferwatch <<SQL
$(sed "s/^\(.*\) \(.*\)$/CREATE ROLE \1 LOGIN PASSWORD '\2';/" "$ROLE_PASSWORDS_FILE")
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE ALL ON DATABASE postgres, template1, bufferwatch, temporal, temporal_visibility FROM PUBLIC;
GRANT CONNECT, CREATE ON DATABASE bufferwatch TO bufferwatch_migrate;
GRANT CONNECT ON DATABASE bufferwatch TO bufferwatch_dev, bufferwatch_dev_interact, bufferwatch_prod,
  bufferwatch_prod_interact, bufferwatch_reader;
ALTER ROLE bufferwatch_dev IN DATABASE bufferwatch SET search_path TO bufferwatch_dev, public;
ALTER ROLE bufferwatch_prod IN DATABASE bufferwatch SET search_path TO bufferwatch_prod, public;
SQL
