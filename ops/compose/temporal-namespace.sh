#!/bin/sh
# Waits until Temporal works, and makes the namespace, or sets how long it keeps what has ended.
set -eu

tries=60
until temporal operator cluster health >/dev/null 2>&1; do
    tries=$((tries - 1))
    if [ "$tries" -eq 0 ]; then
        echo "Temporal at $TEMPORAL_ADDRESS does not answer." >&2
        exit 1
    fi
    sleep 1
done

if temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
    temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
else
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
fi
