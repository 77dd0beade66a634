"""Looks at report pages in headless Chromium: size, load time, width at 1400 and at 390 pixels, light and dark, and axe-core's faults.
Leaves screenshots in OUT. CAP_MADE_UP_PAGES=FOLDER with `swift test --filter ReportTests` writes such pages.

    python3 Tests/Tools/review/look.py OUT PAGE.html ...

Needs requirements.txt and chromium.
"""

import argparse
import statistics
import sys
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

SERIOUS = ("serious", "critical")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("pages", type=Path, nargs="+")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    faults = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=given.chromium, args=["--no-sandbox"])
        for file in given.pages:
            seconds = []
            for width, height in ((1400, 900), (390, 844)):
                for scheme in ("light", "dark"):
                    name = f"{file.stem}-{width}-{scheme}"
                    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
                    page = context.new_page()
                    page.on("request", lambda request: request.url.startswith(("file:", "data:")) or faults.append(request.url))
                    page.on("console", lambda said: said.type == "error" and faults.append(f"{name}: {said.text}"))
                    page.on("pageerror", lambda error: faults.append(f"{name}: {error}"))
                    page.goto(file.resolve().as_uri())
                    seconds.append(page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd") / 1000)
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    if wide > width:
                        faults.append(f"{name}: {wide} pixels wide")
                    page.screenshot(path=given.out / f"{name}.png", full_page=True)
                    # axe-core is put into the page by the debugger, past the page's policy.
                    faults += [
                        f"{name}: axe-core, {violation['impact']}: {violation['id']}: {violation['nodes'][0]['html'][:120]}"
                        for violation in Axe().run(page).response["violations"]
                        if violation["impact"] in SERIOUS
                    ]
                    context.close()
            print(f"{file.name}: {file.stat().st_size / 1e6:.2f} MB, loaded in {statistics.median(seconds):.1f} s", flush=True)
        browser.close()
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
