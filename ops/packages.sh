#!/usr/bin/env bash
# Installs the Debian packages that tests need, or of these only the ones that are named, as root or with sudo; otherwise
# says what to install and goes on.
# Nothing that is installed here gets to start a service: this machine's ports are not ours to take.
set -euo pipefail

readonly policy=/usr/sbin/policy-rc.d
readonly cluster=/etc/postgresql-common/createcluster.conf

has_program() {
    local name
    for name in "$@"; do
        command -v "$name" >/dev/null && return
    done
    return 1
}

has_font() {
    has_program fc-list && fc-list --quiet "$1"
}

has_postgres() {
    has_program initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}

missing_packages() {
    has_program chromium chromium-browser || echo chromium
    has_program fc-list || echo fontconfig
    has_font "Noto Sans" || echo fonts-noto-core
    has_font "Noto Sans CJK JP" || echo fonts-noto-cjk
    has_program java || echo default-jre-headless
    has_postgres || echo postgresql
    has_program prometheus || echo prometheus
    has_program prometheus-alertmanager || echo prometheus-alertmanager
    has_program curl || echo curl
    has_program jq || echo jq
}

as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    else
        sudo "$@"
    fi
}

can_be_root() {
    [[ $EUID -eq 0 ]] || sudo -n true 2>/dev/null || { has_program sudo && [[ -t 0 ]]; }
}

deny_services() {
    [[ -e $policy ]] && return
    trap 'as_root rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
}

# Debian makes and starts a cluster on port 5432 with the package; tests make their own.
deny_postgres_cluster() {
    [[ -e $cluster ]] && return
    as_root mkdir -p "$(dirname "$cluster")"
    echo 'create_main_cluster = false' | as_root tee "$cluster" >/dev/null
}

install_packages() {
    deny_services
    deny_postgres_cluster
    as_root apt-get update -qq &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o Dpkg::Options::=--force-confold --no-install-recommends "$@" >/dev/null
}

wanted() {
    if [[ $# -eq 0 ]]; then
        missing_packages
    else
        missing_packages | grep --fixed-strings --line-regexp --regexp="$(printf '%s\n' "$@")" || true
    fi
}

mapfile -t packages < <(wanted "$@")
[[ ${#packages[@]} -eq 0 ]] && exit 0
if has_program apt-get && can_be_root; then
    printf 'Installing %s (some minutes) ...\n' "${packages[*]}"
    install_packages "${packages[@]}" && exit 0
fi
printf 'Not everything will run. As root: apt-get install %s\n' "${packages[*]}" >&2
