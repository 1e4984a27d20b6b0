import socket
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from embedded.errors import StackError
from embedded.ports import Port, is_free, ports_of, require_free
from settings import Settings

SOON = timedelta(milliseconds=200)


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        yield listener.getsockname()[1]


def port(number: int, setting: str = "PAGEWRIGHT_API_PORT") -> Port:
    return Port("127.0.0.1", number, setting, "the API")


async def test_a_taken_port_names_its_setting(taken: int) -> None:
    with pytest.raises(StackError) as caught:
        await require_free([port(taken)], SOON)
    assert str(taken) in caught.value.message
    assert "the API" in caught.value.message
    assert "PAGEWRIGHT_API_PORT" in caught.value.hint


async def test_a_port_that_gets_free_in_time_is_waited_for(free_port: Callable[[], int]) -> None:
    number = free_port()
    listener = socket.create_server(("127.0.0.1", number))
    assert not is_free(port(number))
    listener.close()
    await require_free([port(number)], SOON)
    assert is_free(port(number))


async def test_two_settings_on_one_port_are_refused(taken: int) -> None:
    with pytest.raises(StackError, match="PAGEWRIGHT_TEMPORAL_PORT and PAGEWRIGHT_API_PORT are both"):
        await require_free([port(taken, "PAGEWRIGHT_TEMPORAL_PORT"), port(taken)], SOON)


def test_an_address_of_another_machine_cannot_be_listened_on() -> None:
    with pytest.raises(StackError, match=r"192\.0\.2\.1") as caught:
        is_free(Port("192.0.2.1", 3000, "PAGEWRIGHT_API_PORT", "the API"))
    assert "PAGEWRIGHT_API_HOST" in caught.value.hint


def test_every_port_of_the_stack_is_checked() -> None:
    settings = Settings(
        api_port=1001, temporal_port=1002, temporal_ui_port=1003, temporal_metrics_port=1004, worker_metrics_port=1005
    )
    assert {found.number for found in ports_of(settings)} == {1001, 1002, 1003, 1004, 1005}
