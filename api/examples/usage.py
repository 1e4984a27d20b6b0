"""Examples of the docs on usage."""

from typing import Final

from api.examples.scene import AT, MODEL
from api.schemas.envelope import Data
from api.schemas.usage import Report
from domain.money import NanoUsd
from domain.usage import Period, UsageReport, UsageSum

_DAY: Final = AT.date()
_SUM: Final = UsageSum(
    calls=7,
    prompt_tokens=12_900,
    completion_tokens=5_500,
    cached_tokens=4_096,
    cost=NanoUsd(8_126_800),
    charged=NanoUsd(7_314_120),
    unknown_cost_calls=1,
)
USAGE: Final = Data(
    data=Report.of(
        UsageReport(
            period=Period(_DAY, _DAY),
            total=_SUM,
            by_provider={"openai": _SUM},
            by_model={MODEL: _SUM},
            by_user={"owner": _SUM},
            by_date={_DAY: _SUM},
            users=1,
        )
    )
)
USAGE_CSV: Final = (
    "date,timezone,provider,model,user,calls,totalTokens,promptTokens,completionTokens,cachedTokens,reasoningTokens,"
    "estimatedCostUsd,chargedUsd,unknownPriceCalls,unknownCostCalls,openCalls\r\n"
    "2026-03-02,UTC,openai,gpt-6-luna,owner,7,18400,12900,5500,4096,0,0.008126800,0.007314120,0,1,0\r\n"
)
