"""The pictures of docs/tutorial.md: the top of the report and the review page of a finished demonstration, as headless Chromium shows them.

    python3 Tests/Tools/review/pictures.py BIN RUN docs/images

Needs requirements.txt and chromium.
"""

import argparse
import io
import subprocess
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

COLORS = 128


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        review = Path(folder) / "review.html"
        subprocess.run([given.bin / "cap-review", given.run, "-o", review, "-q"], check=True)
        browser = playwright.chromium.launch(executable_path=given.chromium, args=["--no-sandbox"])
        for name, file in (("report", given.run / "report.html"), ("review", review)):
            page = browser.new_page(viewport={"width": 1200, "height": 900}, color_scheme="light")
            page.goto(file.resolve().as_uri())
            page.wait_for_timeout(1000)
            shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            shot.quantize(COLORS, dither=Image.Dither.NONE).save(given.out / f"tutorial-{name}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
