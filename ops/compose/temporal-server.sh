#!/bin/sh
# Starts Temporal's server as its image does, with the database's password from the secret that is mounted: the image
# itself takes it from the environment only.
set -eu

POSTGRES_PWD=$(cat "$POSTGRES_PWD_FILE")
export POSTGRES_PWD

exec /etc/temporal/entrypoint.sh
