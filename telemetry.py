"""Every metric, once. For now what every process tells about itself: memory, CPU, open files, garbage, version."""

from prometheus_client import CollectorRegistry, Counter, GCCollector, PlatformCollector, ProcessCollector


def new_registry() -> CollectorRegistry:
    """Return the metrics of this process. One registry a process; nothing is registered globally."""
    registry = CollectorRegistry(auto_describe=True)
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


def lost_audit_records(registry: CollectorRegistry) -> Counter:
    """Return the count of changes through the API whose audit record could not be written."""
    return Counter(
        "audit_records_lost", "Changes made through the API without an audit record: see the log", registry=registry
    )
