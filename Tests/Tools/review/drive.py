"""Drives cap-review's page in headless Chromium with the keyboard alone, as docs/review.md says it is used: corrects images, renames a
class, describes one, looks at what a description would pick, and checks what was saved. Looks at the page with axe-core, at
1400 and at 390 pixels, light and dark, served and from a disk, and leaves screenshots. Every request of the browser must go to the
address that was printed.

    python3 Tests/Tools/review/drive.py BIN RUN OUT [--answers 20] [--rename CLASS=NAME] [--describe CLASS=TEXT]

RUN is a finished run of the demonstration, whose folders are the truth; OUT is a folder for screenshots. Needs
requirements.txt and chromium.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

SERIOUS = ("serious", "critical")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--answers", type=int, default=20)
    # Of the words that the demonstration's CLIP has learned; of a name that it does not know it makes anything.
    parser.add_argument("--rename", default="spider_web=silk threads")
    parser.add_argument("--describe", default="confetti=Tiny paper pieces of many colours thrown at random over a plain ground.")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    page_file = given.out / "review.html"
    (given.run / "review.json").unlink(missing_ok=True)
    subprocess.run([given.bin / "cap-review", given.run, "-o", page_file, "-q"], check=True)
    server = subprocess.Popen([given.bin / "cap-review", given.run, "-q"], stdout=subprocess.PIPE, text=True)
    faults = []
    try:
        address = server.stdout.readline().strip()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=given.chromium, args=["--no-sandbox"])
            faults += look(browser, address, given.out, "served", urlsplit(address).netloc)
            faults += look(browser, page_file.resolve().as_uri(), given.out, "file", None)
            faults += together(browser, address, given.run / "review.json")
            faults += answer(browser, address, given)
            faults += download(browser, page_file.resolve().as_uri(), given.out)
            browser.close()
    finally:
        server.terminate()
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)


def opened(browser, address, host, faults, **options):
    """A page whose requests are noted where they go elsewhere."""
    context = browser.new_context(**options)
    page = context.new_page()

    def note(request):
        parts = urlsplit(request.url)
        if parts.scheme in ("data", "blob") or (host and parts.netloc == host) or (host is None and request.url == address):
            return
        faults.append(f"request to {request.url}")

    page.on("request", note)
    page.on("console", lambda message: faults.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(f"error on the page: {error}"))
    page.goto(address)
    page.wait_for_selector("html[data-ready=yes]")
    return page


def look(browser, address, out, name, host):
    faults = []
    for width, height in ((1400, 900), (390, 844)):
        for scheme in ("light", "dark"):
            options = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
            page = opened(browser, address, host, faults, **options)
            until(page, "document.getElementById('image').naturalWidth > 0")
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                faults.append(f"{name} at {width}: {wide} pixels wide")
            page.screenshot(path=out / f"{name}-{width}-{scheme}.png")
            page.screenshot(path=out / f"{name}-{width}-{scheme}-whole.png", full_page=True)
            page.keyboard.press("?")
            page.wait_for_selector("#help[open]")
            page.screenshot(path=out / f"{name}-{width}-{scheme}-help.png")
            faults += judged(page, f"{name} at {width}, {scheme}, help")
            page.keyboard.press("Escape")
            faults += judged(page, f"{name} at {width}, {scheme}")
            page.context.close()
    return faults


def judged(page, name):
    # axe-core is put into the page by the debugger, past the page's policy.
    found = Axe().run(page).response["violations"]
    return [
        f"{name}: axe-core, {violation['impact']}: {violation['id']}: {violation['nodes'][0]['html'][:120]}"
        for violation in found
        if violation["impact"] in SERIOUS
    ]


def together(browser, address, review):
    """Two pages at once, and one that is loaded again: the file has what was said on each."""
    faults = []
    first, second = [
        opened(browser, address, urlsplit(address).netloc, faults, viewport={"width": 1400, "height": 900}) for _ in range(2)
    ]
    said = {}

    def reject(page):
        said[page.inner_text("#path")] = None
        page.keyboard.press("x")
        until(page, "document.getElementById('saved').textContent === 'saved'")

    reject(first)
    second.keyboard.press("j")
    reject(second)
    first.reload()
    first.wait_for_selector("html[data-ready=yes]")
    reject(first)
    shown = first.inner_text("#state")
    found = json.loads(review.read_text())
    if found != {"classes": {}, "labels": said, "review": 1} or len(said) != 3 or not shown.startswith("3 of"):
        faults.append(f"two pages: {review} is {found}, should have {said}, and the page says {shown}")
    choices = second.locator("select[id^=same-]")
    choices.first.focus()
    if choices.first.locator("option").count() != choices.count():
        faults.append("the other classes cannot be chosen as the same")
    for page in (first, second):
        page.context.close()
    review.unlink()
    # That a page hears of the other is an answer of this kind, which a browser notes.
    return [fault for fault in faults if "412" not in fault]


def answer(browser, address, given):
    """Answers with the truth, by keys alone, until that many were corrections."""
    faults = []
    review = given.run / "review.json"
    page = opened(browser, address, urlsplit(address).netloc, faults, viewport={"width": 1400, "height": 900})
    said, corrections = {}, 0

    def text(selector):
        return page.inner_text(selector)

    while corrections < given.answers:
        path = text("#path")
        truth = path.split("/")[1]
        names = [page.inner_text(f"#answer-{number} .name") for number in range(1, page.locator(".answer").count() + 1)]
        said[path] = truth
        if names[0] == truth:
            page.keyboard.press("Enter")
        else:
            if truth in names:
                page.keyboard.press(str(names.index(truth) + 1))
            else:
                page.keyboard.press("o")
                page.keyboard.type(truth)
                page.keyboard.press("Enter")
            corrections += 1
        if text("#path") == path:
            faults.append(f"{path}: the page stays at it")
            break
    # One answer more and taken back: nothing of it may remain.
    page.keyboard.press("x")
    page.keyboard.press("u")

    renamed, name = given.rename.split("=")
    described, description = given.describe.split("=")
    reach(page, f"input[id^=name-]", renamed, faults)
    page.keyboard.type(name)
    reach(page, f"textarea[id^=description-]", described, faults)
    page.keyboard.type(description)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    until(page, f"document.getElementById('{focused(page)}').closest('section').innerText.includes('images nearest to')")
    until(page, "[...document.querySelectorAll('.class [aria-live] img')].every((image) => image.naturalWidth > 0)")
    page.screenshot(path=given.out / "described.png")
    until(page, "document.getElementById('saved').textContent === 'saved'")
    wanted = {"classes": {renamed: {"name": name}, described: {"description": description}}, "labels": said, "review": 1}
    found = json.loads(review.read_text())
    if found != wanted:
        faults.append(f"{review} is {found}, and should be {wanted}")
    page.keyboard.press("Escape")
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=given.out / "answered.png")
    print(f"{len(said)} answers, {corrections} of them corrections, {renamed} is called {name}, {described} is described; {review} has it")
    page.context.close()
    return faults


def focused(page):
    """The card of a class that the focus is in."""
    return page.evaluate("document.activeElement.closest('section').id")


def until(page, condition):
    """Waits from outside of the page, whose policy lets nobody evaluate text in it."""
    for _ in range(300):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise TimeoutError(condition)


def reach(page, selector, key, faults):
    """Goes to a class's field with Tab, from where the key c leads."""
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("c")
    wanted = page.evaluate(
        "([selector, key]) => [...document.querySelectorAll(selector)].find("
        "field => field.closest('section').querySelector('h3').textContent === key).id",
        [selector, key],
    )
    for step in ("Tab", "Shift+Tab"):
        for _ in range(400):
            if page.evaluate("document.activeElement.id") == wanted:
                return
            page.keyboard.press(step)
            if page.evaluate("document.activeElement === document.body"):
                break
    faults.append(f"the field of {key} cannot be reached with Tab")


def download(browser, address, out):
    """From a disk: an answer is downloaded as the file that it is put in place as."""
    faults = []
    page = opened(browser, address, None, faults, viewport={"width": 1400, "height": 900})
    path = page.inner_text("#path")
    page.keyboard.press("x")
    with page.expect_download() as waiting:
        page.keyboard.press("s")
    file = waiting.value
    found = json.loads(Path(file.path()).read_text())
    if file.suggested_filename != "review.json" or found != {"classes": {}, "labels": {path: None}, "review": 1}:
        faults.append(f"downloaded {file.suggested_filename}: {found}")
    page.reload()
    page.wait_for_selector("html[data-ready=yes]")
    page.context.close()
    return faults


if __name__ == "__main__":
    main()
