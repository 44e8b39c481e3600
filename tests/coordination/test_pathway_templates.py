"""The coordinator writes « Troubles de l’équilibre »: steps added and moved, what cannot be is said, then published."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from coordination.models import PathwayVersion, StepKind, TemplateStep, VersionState
from core.audit.models import AuditEvent
from tests.cast import sign_in
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.pathways import PathwayVersionFactory, TemplateStepFactory

HEAD = {
    "name": "Troubles de l’équilibre",
    "neutral_name": "Parcours A",
    "purpose": "Retrouver un bon équilibre.",
    "exit_reasons": "objectif atteint\nsuivi à l’hôpital\n",
}


@pytest.fixture
def desk(db, sunday):
    user = RoleAssignmentFactory(role=Role.COORDINATOR).user
    user.client = sign_in(user)
    return user


@pytest.fixture
def draft(desk, doctor) -> PathwayVersion:
    desk.client.post(reverse("add_pathway_template"), HEAD)
    return PathwayVersion.objects.get()


def step(index: int, **fields) -> dict[str, str]:
    usual = {
        "title": f"Étape {index + 1}",
        "kind": "information",
        "after": str(index) if index else "",
        "delay_min": "0",
        "delay_ideal": "7",
        "delay_max": "14",
        "delay_unit": "days",
        "per_week": "2",
    }
    return {f"etape-{index}-{name}": str(value) for name, value in (usual | fields).items()}


def send(desk, draft, *steps: dict[str, str], do: str = "enregistre"):
    data: dict[str, str] = {**HEAD, "do": do, "etape-count": str(len(steps))}
    for one in steps:
        data |= one
    return desk.client.post(reverse("edit_pathway_template", args=[draft.pk]), data)


def shown(answer) -> list[tuple[str, str]]:
    """(title, what it follows) as the page shows them."""
    return [
        (str(form["title"].value() or ""), str(form["after"].value() or ""))
        for form in answer.context["steps"].forms
    ]


class TestEditor:
    def test_written_read_and_published(self, desk, draft, doctor):
        category = doctor.reason.category
        answer = send(
            desk,
            draft,
            step(
                0, kind="appointment", category=category.pk, question="Rééduquer ?", answers="oui\nnon\noui"
            ),
            step(1, kind="series", category=category.pk, sessions=10, only_if="oui"),
            step(2, kind="review", is_optional="on"),
        )
        assert answer.url == reverse("pathway_template", args=[draft.pk])
        rows = list(
            draft.steps.values_list(
                "position", "kind", "after", "sessions", "answers", "only_if", "is_optional"
            )
        )
        assert rows == [
            (1, StepKind.APPOINTMENT, None, None, ["oui", "non"], "", False),
            (2, StepKind.SERIES, 1, 10, [], "oui", False),
            (3, StepKind.REVIEW, 2, None, [], "", True),
        ]
        page = desk.client.get(answer.url).text
        assert "seulement si la réponse est « oui »" in page
        assert page.count("<rect") == 3
        desk.client.post(reverse("change_pathway_template", args=[draft.pk, "publier"]))
        draft.refresh_from_db()
        assert (draft.state, draft.published_by, draft.exit_reasons) == (
            VersionState.ACTIVE,
            desk,
            ["objectif atteint", "suivi à l’hôpital"],
        )
        done = AuditEvent.objects.filter(action__startswith="pathway_template.").order_by("pk")
        assert [event.action.partition(".")[2] for event in done] == ["created", "saved", "published"]

    def test_moving_adding_and_taking_away_writes_nothing_and_keeps_what_was_typed(self, desk, draft):
        three = [step(0), step(1, after=""), step(2, after=1, title="Suite", delay_min="abc")]
        added = send(desk, draft, *three, do="ajoute")
        assert shown(added)[-1] == ("", "3")
        assert added.context["steps"].forms[2]["delay_min"].value() == "abc"
        moved = send(desk, draft, *three, do="monte-2")
        assert shown(moved) == [("Étape 2", ""), ("Étape 1", ""), ("Suite", "2")]
        lowered = send(desk, draft, *three, do="descend-1")
        assert shown(lowered) == shown(moved)
        gone = send(desk, draft, *three, do="retire-1")
        assert shown(gone) == [("Étape 2", ""), ("Suite", "")]
        assert all(one.status_code == 200 for one in (added, moved, lowered, gone))
        assert not draft.steps.exists()

    @pytest.mark.parametrize(
        ("fields", "field", "sentence"),
        [
            ({"delay_min": 10, "delay_ideal": 5}, "delay_ideal", "plus court que « au plus tôt »"),
            ({"delay_ideal": 20}, "delay_max", "plus court que le délai idéal"),
            ({"delay_max": 800}, "delay_max", "Deux ans au plus"),
            ({"after": 2}, "after", "Une étape ne peut pas se suivre elle-même."),
            ({"after": 3}, "after", "est plus bas dans la liste"),
            ({"kind": "appointment"}, "category", "Choisissez le type de consultation"),
            ({"kind": "series"}, "sessions", "Combien de séances"),
            ({"question": "Mieux ?", "answers": "oui"}, "answers", "au moins deux réponses"),
            ({"answers": "oui\nnon"}, "question", "Quelle est la question"),
            ({"only_if": "oui"}, "only_if", "ne pose pas de question"),
            ({"title": ""}, "title", "À remplir."),
            ({"delay_min": "x"}, "delay_min", "nombre entier"),
        ],
    )
    def test_what_cannot_be_followed_stands_beside_its_field(self, desk, draft, fields, field, sentence):
        answer = send(desk, draft, step(0), step(1, **fields), step(2))
        assert answer.status_code == 422
        errors = answer.context["steps"].forms[1].errors
        assert any(sentence in one for one in errors[field]), errors
        assert 'role="alert"' in answer.text
        assert not draft.steps.exists()

    def test_a_circle_cannot_be_written_past_the_editor_either(self, draft):
        for fields in ({"after": 2}, {"after": 3}, {"delay_min": 9, "delay_ideal": 2}):
            with pytest.raises(IntegrityError), transaction.atomic():
                TemplateStepFactory(version=draft, position=2, **fields)

    @pytest.mark.parametrize("value", ["\x00", "9" * 40, "-1", "x", "١٢"])
    def test_hostile_orders_and_counts(self, desk, draft, value):
        url = reverse("edit_pathway_template", args=[draft.pk])
        for do in (value, f"monte-{value}", f"retire-{value}", "enregistre"):
            answer = desk.client.post(url, {**HEAD, "do": do, "etape-count": value, "etape-0-after": value})
            assert answer.status_code in (200, 302, 422)
        data = {**HEAD, "do": "enregistre", **step(0), **dict.fromkeys(step(0), value), "etape-count": "1"}
        assert desk.client.post(url, data).status_code == 422

    def test_as_many_queries_for_one_step_as_for_thirty(self, desk, draft):
        url = reverse("edit_pathway_template", args=[draft.pk])

        def count() -> int:
            with CaptureQueriesContext(connection) as queries:
                assert desk.client.get(url).status_code == 200
            return len(queries)

        TemplateStepFactory(version=draft, position=1)
        count()  # what a process remembers of the house
        before = count()
        TemplateStep.objects.bulk_create(
            TemplateStepFactory.build(version=draft, position=number) for number in range(2, 31)
        )
        assert count() == before


class TestVersions:
    def test_an_empty_draft_is_not_published(self, desk, draft):
        desk.client.post(reverse("change_pathway_template", args=[draft.pk, "publier"]))
        draft.refresh_from_db()
        assert draft.state == VersionState.DRAFT

    def test_a_change_is_a_version_of_its_own(self, desk, draft):
        send(desk, draft, step(0))
        change = lambda pk, do: desk.client.post(reverse("change_pathway_template", args=[pk, do]))  # noqa: E731
        change(draft.pk, "publier")
        second = change(draft.pk, "version")
        again = change(draft.pk, "version")
        assert second.url == again.url
        newer = PathwayVersion.objects.get(number=2)
        assert send(desk, draft, step(0), step(1)).url == reverse("pathway_template", args=[draft.pk])
        assert draft.steps.count() == 1
        send(desk, newer, step(0), step(1))
        change(newer.pk, "publier")
        draft.refresh_from_db()
        newer.refresh_from_db()
        assert (draft.state, newer.state) == (VersionState.RETIRED, VersionState.ACTIVE)
        change(newer.pk, "retirer")
        newer.refresh_from_db()
        assert newer.state == VersionState.RETIRED
        answer = change(newer.pk, "dupliquer")
        assert "La copie est ouverte" in desk.client.get(answer.url).text
        copy = PathwayVersion.objects.get(pk=int(answer.url.split("/")[-3]))
        assert (copy.number, copy.state, copy.name) == (1, VersionState.DRAFT, f"{newer.name} (copie)")
        assert copy.template != newer.template
        assert copy.steps.count() == 2
        change(copy.pk, "supprimer")
        assert not PathwayVersion.objects.filter(pk=copy.pk).exists()

    def test_drafts_are_for_who_writes(self, desk, draft, doctor):
        assert doctor.client.get(reverse("pathway_template", args=[draft.pk])).status_code == 404
        assert draft.name not in doctor.client.get(reverse("pathway_templates")).text
        assert draft.name in desk.client.get(reverse("pathway_templates")).text

    def test_as_many_queries_for_one_model_as_for_thirty(self, desk):
        def count() -> int:
            with CaptureQueriesContext(connection) as queries:
                assert desk.client.get(reverse("pathway_templates")).status_code == 200
            return len(queries)

        PathwayVersionFactory()
        count()  # what a process remembers of the house
        before = count()
        for _ in range(29):
            PathwayVersionFactory()
        assert count() == before
