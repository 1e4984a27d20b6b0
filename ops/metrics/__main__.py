"""Write `docs/metrics.md`."""

from ops.metrics.reference import REFERENCE, reference

if __name__ == "__main__":
    REFERENCE.write_text(reference(), "utf-8")
