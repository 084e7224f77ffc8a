import pytest

from app.errors import CATALOGUE
from tests.support.client import Client

pytestmark = pytest.mark.anyio


async def test_every_taxonomy_is_complete_in_both_languages(nobody: Client) -> None:
    names = (await nobody.seen("/v1/reference"))["taxonomies"]

    found = {name: (await nobody.seen(f"/v1/reference/{name}"))["terms"] for name in names}

    assert len(found) > 20
    assert [name for name, terms in found.items() if not terms] == []
    assert [term for terms in found.values() for term in terms if not (term["label_uk"] and term["label_en"])] == []
    assert [name for name, terms in found.items() if len({term["code"] for term in terms}) < len(terms)] == []


async def test_a_taxonomy_that_does_not_exist_is_absent(nobody: Client) -> None:
    answer = await nobody.get("/v1/reference/colours")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_the_type_of_a_problem_leads_to_its_explanation(nobody: Client) -> None:
    problem = (await nobody.get("/v1/me")).json()

    explained = await nobody.seen(problem["type"])

    assert explained["code"] == problem["code"]


@pytest.mark.parametrize("code", sorted(CATALOGUE))
async def test_every_problem_is_explained(nobody: Client, code: str) -> None:
    assert (await nobody.seen(f"/problems/{code}"))["code"] == code
