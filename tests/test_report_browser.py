"""report.html in a real browser: quiet, alone, legible at every width, and usable without seeing or a mouse.

Runs where Debian's Chromium (or one named by FORUM_PULSE_CHROMIUM) is installed.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from forum_pulse.pipeline import Run

sync = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

CHROMIUM = os.environ.get("FORUM_PULSE_CHROMIUM") or shutil.which("chromium")
ALONE = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")  # fmt: skip
WIDTHS = (360, 800, 1400)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def report(demo_run: Run) -> Path:
    """The report of a small demo forum, with all its sections."""
    assert demo_run.folder is not None
    return demo_run.folder / "report.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ALONE))
        yield chromium
        chromium.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_page_is_quiet_alone_and_fits(browser: Any, report: Path, width: int, scheme: str) -> None:
    """Silent on the console, asking for nothing but itself, no wider than the window, fit for all.

    axe looks at contrast, names of regions, order of headings and keyboard access.
    """
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found = axe.Axe().run(page).response["violations"]
    serious = [
        (fault["id"], [node["html"][:200] for node in fault["nodes"][:3]])
        for fault in found
        if fault["impact"] in ("serious", "critical")
    ]
    page.close()
    assert (said, asked, wider, serious) == ([], [report.as_uri()], 0, [])


def test_every_picture_is_drawn_and_told(browser: Any, report: Path) -> None:
    """One of the two sizes of each chart is seen at each width, and its words stand below it."""
    for width in WIDTHS:
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto(report.as_uri())
        figures = page.locator("figure")
        assert figures.count() >= 3
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        for place in range(figures.count()):
            drawn = figures.nth(place).locator("svg:visible")
            assert drawn.count() == 1
            box = drawn.bounding_box()
            assert 0 < box["width"] <= width
            assert len(figures.nth(place).locator("figcaption").inner_text()) > 20
        page.close()


def test_printing_loses_nothing(browser: Any, report: Path) -> None:
    """On paper tables are whole: nothing scrolls, and what is folded on the screen is laid open."""
    page = browser.new_page(viewport={"width": 800, "height": 900})
    page.goto(report.as_uri())
    page.emulate_media(media="print")
    cut = page.evaluate(
        "[...document.querySelectorAll('.scroll')].filter(part => getComputedStyle(part).overflowX !== 'visible').length"
    )
    folded = page.evaluate(
        "[...document.querySelectorAll('details:not([open]) table')].filter(part => !part.checkVisibility()).length"
    )
    page.close()
    assert (cut, folded) == (0, 0)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_first_screen_answers_a_director(browser: Any, report: Path, width: int) -> None:
    """How many people, of whom, how sure, and what they ask: seen without a turn of the wheel."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(report.as_uri())
    for part in (".figure", ".what", ".sure", ".meter + .note"):
        box = page.locator(part).first.bounding_box()
        assert box["y"] + box["height"] <= 900, part
    page.close()
