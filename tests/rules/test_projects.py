import pytest

from app.errors import Sentence, say
from app.rules.projects import FORWARD, WITH_REASON, Facts, objections
from app.vocabulary import ProjectStatus as S


@pytest.mark.parametrize(
    ("status", "has_contract", "to", "reason", "expected"),
    [
        (S.PIPELINE, True, S.CONTRACTED, None, []),
        (S.PIPELINE, False, S.CONTRACTED, None, [say("project_contract_needed")]),
        (S.PIPELINE, False, S.IMPLEMENTING, None, []),
        (S.IMPLEMENTING, True, S.SUSPENDED, None, [say("project_reason_needed", to=S.SUSPENDED)]),
        (S.IMPLEMENTING, True, S.SUSPENDED, "Обстріли", []),
        (S.FINALISING, True, S.CLOSED, None, []),
        (
            S.PIPELINE,
            True,
            S.CLOSED,
            "Треба",
            [say("project_move", status=S.PIPELINE, possible=(S.CONTRACTED, S.IMPLEMENTING, S.CANCELLED))],
        ),
        (S.CANCELLED, False, S.PIPELINE, "Знайшли кошти", []),
    ],
)
def test_a_project_moves_by_the_table(
    status: S, has_contract: bool, to: S, reason: str | None, expected: list[Sentence]
) -> None:
    assert objections(Facts(status, has_contract), to, reason) == expected


@pytest.mark.parametrize("status", list(S))
def test_every_status_has_a_way_on_and_never_into_itself(status: S) -> None:
    possible = FORWARD[status] + WITH_REASON[status]

    assert possible
    assert status not in possible
    assert len(set(possible)) == len(possible)
