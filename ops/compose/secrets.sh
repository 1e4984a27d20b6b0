#!/usr/bin/env bash
# Makes the secrets that docker-compose.temporal.yml mounts, in ./secrets or in the folder that is named. What is there
# already stays as it is, so that it can be run again after an upgrade.
#
# The folder is its owner's alone (mode 700), which keeps the files from everybody else on this machine. The files in it
# can be read by all (mode 644): Compose mounts each one with the mode and the owner it has here, and the containers run
# as users of their own, none of whom is root.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly folder=${1:-secrets}

# What is yours to fill in; empty means not used.
readonly given=(
    openai_api_key anthropic_api_key google_api_key pagewright_openai_compatible_api_key
    slack_webhook_url pagewright_alert_slack_critical_url pagewright_alert_slack_warnings_url
    pagewright_alert_slack_info_url pagewright_alert_slack_worker_url
    pagewright_alert_pagerduty_routing_key pagewright_alert_webhook_url
    pagewright_alert_dead_man_url pagewright_alert_smtp_password
    prometheus_remote_write_token
)

keep() {
    [[ -e $folder/$1 ]] || printf '%s' "$2" >"$folder/$1"
    chmod 644 "$folder/$1"
}

random() {
    od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

umask 077
mkdir -p "$folder"
chmod 700 "$folder"
for name in postgres_password temporal_db_password pagewright_db_password pagewright_token grafana_admin_password; do
    keep "$name" "$(random)"
done
keep pagewright_database_url \
    "postgresql+asyncpg://pagewright:$(cat "$folder/pagewright_db_password")@postgres:5432/pagewright"
for name in "${given[@]}"; do
    keep "$name" ""
done
printf 'The secrets are in %s. Fill in what you use: %s\n' "$folder" "${given[*]}"
