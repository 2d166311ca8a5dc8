"""What explorers are made of."""

from __future__ import annotations

from typing import Any

import altair as alt
import pytest

from explorable.figures import blocks


def test_a_word_that_no_page_knows_is_refused_and_what_it_knows_is_named():
    """A slip in it would be stored in the notebook, and nobody would see why the page does nothing with it."""
    about: dict[str, Any] = dict(
        id="a", title="A", description="B", assumptions=[], sources={}, answer=1, words="'a'", tables={}
    )
    assert blocks.explorer(alt.Chart().mark_line(), beside="Said", **about).usermeta["explorer"]["beside"] == "Said"
    with pytest.raises(TypeError, match="knows no besides. It may have: beside,"):
        blocks.explorer(alt.Chart().mark_line(), besides="Said", **about)
