#!/bin/sh
# The server takes its password from the environment only; the secret stays a file until here.
set -eu
POSTGRES_PWD="$(cat /run/secrets/temporal_password)"
export POSTGRES_PWD
exec /etc/temporal/entrypoint.sh
