"""The pictures of docs/tutorial.md: the top of the report and the served review page of the tutorial's run, as headless Chromium shows them.

    python3 Tests/Tools/review/pictures.py BIN runs/textures/ul docs/images

Needs requirements.txt and chromium.
"""

import argparse
import io
import subprocess
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
    served = subprocess.Popen([given.bin / "cap-review", given.run, "-q"], stdout=subprocess.PIPE, text=True)
    try:
        address = served.stdout.readline().strip()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=given.chromium, args=["--no-sandbox"])
            for name, place in (("report", (given.run / "report.html").resolve().as_uri()), ("review", address)):
                page = browser.new_page(viewport={"width": 1200, "height": 900}, color_scheme="light")
                page.goto(place)
                page.wait_for_timeout(1000)
                shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
                shot.quantize(COLORS, dither=Image.Dither.NONE).save(given.out / f"tutorial-{name}.png", optimize=True)
            browser.close()
    finally:
        served.terminate()


if __name__ == "__main__":
    main()
