"""« Mme Dewaele, infirmière »: the word for a woman, wherever she is named."""

import pytest

from tests.factories.practitioners import PractitionerFactory, ProfessionFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("title", "feminine", "word"),
    [
        ("Mme", "infirmière", "infirmière"),
        ("M.", "infirmière", "infirmier"),
        ("Dr", "infirmière", "infirmier"),
        ("", "infirmière", "infirmier"),
        ("Mme", "", "infirmier"),
    ],
)
def test_the_word_follows_the_title(client, title, feminine, word):
    profession = ProfessionFactory(name="infirmier", feminine_name=feminine)
    nurse = PractitionerFactory(profession=profession, title=title)
    assert nurse.profession_name == word
    assert f'content="{nurse.display_name}, {word}' in client.get(nurse.get_absolute_url()).text
