import pytest

from app.errors import say
from app.rules.accounts import removal_objections, scope_objection
from app.vocabulary import Role, ScopeKind


@pytest.mark.parametrize(("before", "after", "codes"), [(2, 1, []), (1, 0, ["last_administrator"]), (0, 0, [])])
def test_the_last_administrator_stays(before: int, after: int, codes: list[str]) -> None:
    assert [one.code for one in removal_objections(before, after)] == codes


def test_an_administrator_acts_for_the_whole_association() -> None:
    refusal = say("administrator_everywhere", scope=ScopeKind.ASSOCIATION)

    found = {scope: scope_objection(Role.ADMINISTRATOR, scope) for scope in ScopeKind}

    assert found == {ScopeKind.ASSOCIATION: None, ScopeKind.OBLAST: refusal, ScopeKind.ORGANIZATION: refusal}
    assert scope_objection(Role.COORDINATOR, ScopeKind.OBLAST) is None
