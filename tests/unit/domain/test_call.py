from domain.call import Call, CallKey, CallStatus
from domain.ids import OWNER_TENANT, JobId

KEY = CallKey(job_id=JobId("job_x"), round=1, step="outline", model="sandbox:template", try_number=1, request=1)


def test_a_call_costs_nothing_known_and_charges_nothing_until_it_is_settled() -> None:
    call = Call(key=KEY, tenant=OWNER_TENANT, status=CallStatus.OPEN)
    assert call.cost is None
    assert call.charged == 0


def test_the_second_request_of_a_try_has_a_key_of_its_own() -> None:
    assert KEY.model_copy() == KEY
    assert KEY.model_copy(update={"request": 2}) != KEY


def test_a_call_written_by_newer_code_is_read() -> None:
    call = Call(key=KEY, tenant=OWNER_TENANT, status=CallStatus.SUCCEEDED)
    stored = call.model_dump(mode="json") | {"aFieldOfTomorrow": 1}
    assert Call.model_validate(stored) == call


def test_json_is_camel_case() -> None:
    assert "tryNumber" in KEY.model_dump(mode="json")
