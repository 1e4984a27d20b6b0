from datetime import timedelta

from embedded.supervisor import RestartPolicy

MINUTE = timedelta(minutes=1)


def test_the_wait_doubles_up_to_half_a_minute() -> None:
    policy = RestartPolicy()
    waits = [policy.delay(failures).total_seconds() for failures in range(1, 8)]
    assert waits == [1, 2, 4, 8, 16, 30, 30]
    assert policy.delay(10_000) == policy.longest


def test_a_stable_minute_starts_the_count_anew() -> None:
    policy = RestartPolicy()
    assert policy.failures_after(5, MINUTE) == 1
    assert policy.failures_after(5, timedelta(seconds=59)) == 6
