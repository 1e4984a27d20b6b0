#!/usr/bin/env bash
# Makes .venv, or brings it up to date with uv.lock. uv itself lives in it, at the version that uv.lock pins.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly venv=.venv

fail() {
    printf 'Error: %s\n%s\n' "$1" "$2" >&2
    exit 1
}

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1
}

find_python() {
    local name
    for name in python3.11 python3.12 python3.13 python3.14 python3; do
        if fits "$name"; then
            printf '%s\n' "$name"
            return
        fi
    done
    fail "There is no Python 3.11 to 3.14 on PATH." "On Debian and Ubuntu: apt-get install python3 python3-venv"
}

make_venv() {
    local python version
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        fail "Python $version cannot make environments." "On Debian and Ubuntu: apt-get install python$version-venv"
    fi
    printf 'Making the Python environment in %s with %s ...\n' "$venv" "$("$python" --version)"
    "$python" -m venv --clear "$venv"
}

pinned_uv() {
    awk '$0 == "name = \"uv\"" {getline; gsub(/version = |"/, ""); print; exit}' uv.lock
}

has_pinned_uv() {
    [[ "$("$venv/bin/uv" --version 2>/dev/null)" == "uv $(pinned_uv)"* ]]
}

fits "$venv/bin/python" || make_venv
if ! has_pinned_uv; then
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$(pinned_uv)"
fi
printf 'Installing what uv.lock names (usually under a minute) ...\n'
UV_PYTHON_DOWNLOADS=never VIRTUAL_ENV="$PWD/$venv" "$venv/bin/uv" sync --frozen --quiet --python "$venv/bin/python"
