"""The checks: what keeps a page true to its brief.

Hard checks hold what a model wrote against the facts the maker gave and say, to the model, what to mend. Advice is for
the maker. Every check yields a `Check` each time, passed or not. All of it is pure and takes time linear in the text.
"""

from domain.checks.advice import advise
from domain.checks.names import CheckName
from domain.checks.outline import check_outline, plannable, required_sections
from domain.checks.section import check_section

__all__ = ["CheckName", "advise", "check_outline", "check_section", "plannable", "required_sections"]
