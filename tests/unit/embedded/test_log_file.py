from pathlib import Path

from embedded.log_file import LogFile


def test_the_run_before_is_kept_beside(tmp_path: Path) -> None:
    path = tmp_path / "worker.log"
    for text in (b"first\n", b"second\n"):
        log = LogFile(path)
        log.write(text)
        log.close()
    assert path.read_bytes() == b"second\n"
    assert (tmp_path / "worker.log.1").read_bytes() == b"first\n"


def test_output_without_end_is_bounded(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "worker.log", max_bytes=1000)
    for _ in range(100):
        log.write(b"x" * 99 + b"\n")
    log.close()
    sizes = [file.stat().st_size for file in tmp_path.iterdir()]
    assert len(sizes) == 2
    assert max(sizes) <= 1000


def test_the_last_lines_are_remembered_across_the_bound(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "worker.log", max_bytes=10)
    log.write(b"one\n\ntwo\n")
    log.write(b"three\n")
    log.close()
    assert log.last_lines(2) == "two\nthree"
