#!/bin/sh
# Brings the schema of Temporal's two databases up to this server's. Runs before the server on every start: what is
# there already is left alone, so that an upgrade needs nothing but a new tag.
set -eu

SQL_PASSWORD=$(cat "$SQL_PASSWORD_FILE")
export SQL_PASSWORD

for pair in temporal:temporal temporal_visibility:visibility; do
    database=${pair%:*}
    schema=postgresql/v12/${pair#*:}
    temporal-sql-tool --database "$database" setup-schema --version 0.0
    temporal-sql-tool --database "$database" update-schema --schema-name "$schema"
done
