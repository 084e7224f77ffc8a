from uuid import UUID

import pytest

from app.errors import Sentence, say
from app.rules.missing import Missing
from app.rules.stages import (
    ENTRY,
    Document,
    Facts,
    is_step_back,
    kinds_for,
    missing,
    needs_reason,
    objections,
    status_objections,
    track_objections,
)
from app.vocabulary import AgreementKind, PartnershipStatus, Provider, Stage, Track

ID = UUID("01900000-0000-7000-8000-000000000001")
SIGNED_MEMORANDUM = Document(ID, AgreementKind.MEMORANDUM, is_live=True)
ENDED_MEMORANDUM = Document(ID, AgreementKind.MEMORANDUM, is_live=False, is_ended=True)
COUNCIL_ACT = Missing(say("council_act_missing"), Provider.COUNCIL, f"/v1/agreements/{ID}/council-act")
DRAFT_MEMORANDUM = Document(ID, AgreementKind.MEMORANDUM, is_live=False, missing=(COUNCIL_ACT,))


def facts(**changes: object) -> Facts:
    plain: dict[str, object] = {
        "id": ID,
        "track": Track.INFORMAL,
        "stage": Stage.CONTACT,
        "status": PartnershipStatus.ACTIVE,
    }
    return Facts(**(plain | changes))  # type: ignore[arg-type]  # facts by name


def test_every_stage_of_both_tracks_has_its_rule() -> None:
    assert set(ENTRY) == {(track, stage) for track in Track for stage in Stage}


def test_a_memorandum_stage_without_a_document_names_the_document() -> None:
    assert missing(facts(), Stage.MEMORANDUM) == [
        Missing(
            say("signed_document_needed", stage=Stage.MEMORANDUM, kinds=kinds_for(Stage.MEMORANDUM)),
            Provider.COORDINATOR,
            f"/v1/agreements?partnership_id={ID}",
        )
    ]


def test_a_draft_adds_the_steps_that_it_still_lacks() -> None:
    found = missing(facts(documents=(DRAFT_MEMORANDUM,)), Stage.MEMORANDUM)

    assert [lack.code for lack in found] == ["signed_document_needed", "council_act_missing"]


@pytest.mark.parametrize(
    ("given", "to", "expected"),
    [
        ({"documents": (SIGNED_MEMORANDUM,), "track": Track.FORMAL}, Stage.MEMORANDUM, []),
        (
            {"documents": (SIGNED_MEMORANDUM,), "track": Track.FORMAL},
            Stage.LETTER_OF_INTENT,
            ["signed_document_needed"],
        ),
        ({"documents": (ENDED_MEMORANDUM,), "track": Track.FORMAL}, Stage.MEMORANDUM, ["signed_document_needed"]),
        ({}, Stage.JOINT_PROJECT, ["project_without_contract_needed"]),
        ({"projects": 1}, Stage.JOINT_PROJECT, ["project_without_contract_needed"]),
        ({"projects": 1, "projects_without_contract": 1}, Stage.JOINT_PROJECT, []),
        ({"track": Track.FORMAL}, Stage.JOINT_PROJECT, ["project_needed"]),
        ({"track": Track.FORMAL, "projects": 1}, Stage.JOINT_PROJECT, []),
        ({}, Stage.DELEGATION_EXCHANGE, ["delegation_needed"]),
        ({"delegations": 1}, Stage.DELEGATION_EXCHANGE, []),
        ({}, Stage.CONTACT, ["already_there"]),
    ],
)
def test_what_a_stage_takes(given: dict[str, object], to: Stage, expected: list[str]) -> None:
    assert [sentence.code for sentence in objections(facts(**given), to, None)] == expected


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        (PartnershipStatus.ACTIVE, None, [say("step_back_needs_reason", stage=Stage.CONTACT)]),
        (PartnershipStatus.ACTIVE, "New mayor", []),
        (PartnershipStatus.DORMANT, None, []),
        (PartnershipStatus.ENDED, None, [say("return_needs_reason")]),
        (PartnershipStatus.ENDED, "They wrote again", []),
    ],
)
def test_a_step_back_and_a_return_need_a_reason(
    status: PartnershipStatus, reason: str | None, expected: list[Sentence]
) -> None:
    standing = facts(stage=Stage.DELEGATION_EXCHANGE, status=status)

    assert objections(standing, Stage.CONTACT, reason) == expected


def test_stages_may_be_skipped_forwards() -> None:
    standing = facts(delegations=1)

    assert (is_step_back(standing, Stage.DELEGATION_EXCHANGE), needs_reason(standing, Stage.DELEGATION_EXCHANGE)) == (
        False,
        False,
    )


@pytest.mark.parametrize(
    ("given", "to", "reason", "expected"),
    [
        ({}, Track.INFORMAL, None, ["already_on_track"]),
        ({}, Track.FORMAL, None, ["formal_needs_signature"]),
        ({"documents": (SIGNED_MEMORANDUM,)}, Track.FORMAL, None, []),
        (
            {"track": Track.FORMAL, "documents": (SIGNED_MEMORANDUM,)},
            Track.INFORMAL,
            "x",
            ["signed_document_makes_formal", "terminated_document_needed"],
        ),
        ({"track": Track.FORMAL, "documents": (ENDED_MEMORANDUM,)}, Track.INFORMAL, None, ["informal_needs_reason"]),
        ({"track": Track.FORMAL, "documents": (ENDED_MEMORANDUM,)}, Track.INFORMAL, "x", []),
    ],
)
def test_the_way_between_tracks(given: dict[str, object], to: Track, reason: str | None, expected: list[str]) -> None:
    assert [sentence.code for sentence in track_objections(facts(**given), to, reason)] == expected


@pytest.mark.parametrize(
    ("was", "to", "reason", "expected"),
    [
        (PartnershipStatus.ACTIVE, PartnershipStatus.ACTIVE, None, ["already_has_status"]),
        (PartnershipStatus.ACTIVE, PartnershipStatus.DORMANT, None, []),
        (PartnershipStatus.ACTIVE, PartnershipStatus.ENDED, None, ["ending_needs_reason"]),
        (PartnershipStatus.ACTIVE, PartnershipStatus.ENDED, "Council decided", []),
        (PartnershipStatus.ENDED, PartnershipStatus.ACTIVE, None, ["return_needs_reason"]),
    ],
)
def test_rest_end_and_return(
    was: PartnershipStatus, to: PartnershipStatus, reason: str | None, expected: list[str]
) -> None:
    assert [sentence.code for sentence in status_objections(facts(status=was), to, reason)] == expected
