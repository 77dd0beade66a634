// The review page. What comes from data is set as text, never as markup.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("page-data").textContent);
  const { classes, images, served } = data;
  const byPath = new Map(images.map((image, index) => [image.path, index]));
  const place = new Map(classes.map((entry, index) => [entry.key, index]));
  const $ = (id) => document.getElementById(id);

  // ------------------------------------------------------------------------------------------------ what was said

  const draftKey = "cap-review " + data.identity;
  let review = normal(data.review);
  let isSaved = true;
  let history = [];

  // What cap-review has of it, by the tag that it gave that.
  let base = normal(null);
  let tag = "";

  // Names come from data: no object here has any of its own.
  function empty() { return Object.create(null); }

  function normal(given) {
    const copy = { review: 1, classes: empty(), labels: empty() };
    for (const [key, note] of Object.entries((given && given.classes) || {})) {
      copy.classes[key] = Object.assign(empty(), note);
    }
    Object.assign(copy.labels, (given && given.labels) || {});
    return copy;
  }

  /** What cap-review has now, with what was changed here since it was last the same. */
  function merged(found) {
    const result = normal(found);
    const merge = (into, mine, old) => {
      for (const key of new Set([...Object.keys(mine), ...Object.keys(old)])) {
        if (mine[key] === old[key]) continue;
        if (mine[key] === undefined) delete into[key];
        else into[key] = mine[key];
      }
    };
    merge(result.labels, review.labels, base.labels);
    for (const key of new Set([...Object.keys(review.classes), ...Object.keys(base.classes)])) {
      const note = (result.classes[key] ??= empty());
      merge(note, review.classes[key] || {}, base.classes[key] || {});
      if (!Object.keys(note).length) delete result.classes[key];
    }
    return result;
  }

  // A page from a disk has no one to save to at once: what was said is kept by the browser until it is saved.
  function keepDraft() {
    try {
      if (isSaved) localStorage.removeItem(draftKey);
      else localStorage.setItem(draftKey, JSON.stringify(review));
    } catch { /* Some browsers keep nothing for files. */ }
  }

  function readDraft() {
    try {
      const draft = localStorage.getItem(draftKey);
      if (draft) {
        review = normal(JSON.parse(draft));
        isSaved = false;
      }
    } catch { /* As if there were none. */ }
  }

  function note(key) {
    return (review.classes[key] ??= empty());
  }

  function setNote(key, field, value) {
    const entry = note(key);
    if (value) entry[field] = value;
    else delete entry[field];
    if (!Object.keys(entry).length) delete review.classes[key];
    changed();
  }

  const nameOf = (index) => review.classes[classes[index].key]?.name || classes[index].name;

  /** The class that counts: of one that is the same as another, the other. */
  function counted(index) {
    const other = review.classes[classes[index].key]?.same_as;
    return other !== undefined && place.has(other) ? place.get(other) : index;
  }

  const answerOf = (image) => review.labels[image.path];

  function changed() {
    isSaved = false;
    keepDraft();
    showState();
    if (served) saveSoon();
  }

  // --------------------------------------------------------------------------------------------------- the queue

  let filter = "all";
  let queue = [];
  let position = 0;

  function pairOf(image) {
    const other = [image.model, image.zeroShot].find((index) => index !== image.predicted) ?? image.runnerUp;
    const [a, b] = [counted(image.predicted), counted(other)];
    return a < b ? [a, b] : [b, a];
  }

  function fillFilters() {
    const select = $("filter");
    const before = select.value || "all";
    select.replaceChildren(new Option("all, least sure first", "all"), new Option("not answered yet", "open"));
    const pairs = new Map();
    const perClass = new Map();
    for (const image of images) {
      const [a, b] = pairOf(image);
      if (a !== b) pairs.set(a + " " + b, (pairs.get(a + " " + b) || 0) + 1);
      const own = counted(image.predicted);
      perClass.set(own, (perClass.get(own) || 0) + 1);
    }
    const group = (title, entries) => {
      if (!entries.length) return;
      const element = document.createElement("optgroup");
      element.label = title;
      element.append(...entries.map(([text, value]) => new Option(text, value)));
      select.append(element);
    };
    group("classes that are confused", [...pairs].sort((a, b) => b[1] - a[1]).slice(0, 40).map(([key, count]) => {
      const [a, b] = key.split(" ").map(Number);
      return [`${nameOf(a)} or ${nameOf(b)} (${count})`, "pair " + key];
    }));
    group("taken for", [...perClass].sort((a, b) => nameOf(a[0]).localeCompare(nameOf(b[0]))).map(([index, count]) =>
      [`${nameOf(index)} (${count})`, "class " + index]));
    select.value = before;
    if (!select.value) select.value = "all";
  }

  function fillQueue() {
    const [kind, ...numbers] = filter.split(" ");
    const wanted = numbers.map(Number);
    queue = images.map((_, index) => index).filter((index) => {
      const image = images[index];
      if (kind === "open") return answerOf(image) === undefined;
      if (kind === "class") return counted(image.predicted) === wanted[0];
      if (kind === "pair") return pairOf(image).join() === wanted.join();
      return true;
    });
  }

  function goToOpen(from) {
    for (let step = 0; step < queue.length; step++) {
      const index = (from + step) % queue.length;
      if (answerOf(images[queue[index]]) === undefined) return show(index);
    }
    show(Math.min(from, queue.length - 1));
  }

  // -------------------------------------------------------------------------------------------------- one image

  const current = () => images[queue[position]];
  const source = (id, thumbnail) => thumbnail || (served ? "image/" + id : "");
  const percent = (share) => (share * 100).toFixed(share < 0.1 ? 1 : 0) + " %";

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  function picture(id, thumbnail, alt, title) {
    return element("img", { src: source(id, thumbnail), alt, title: title || alt, decoding: "async",
      loading: served ? "lazy" : "eager" });
  }

  /** The classes that come first to mind, each once, with why. */
  function candidates(image) {
    const found = [];
    const add = (index, how) => {
      const own = counted(index);
      const known = found.find((candidate) => candidate.index === own);
      if (known) known.how += ", " + how;
      else found.push({ index: own, how });
    };
    if (image.given) add(image.predicted, "as labeled");
    add(image.model, "adapted " + percent(image.modelConfidence));
    if (image.runnerUp >= 0) add(image.runnerUp, "second " + percent(image.runnerUpConfidence));
    add(image.zeroShot, "zero-shot " + percent(image.zeroShotConfidence));
    if (image.looksLike >= 0 && !found.some((candidate) => candidate.index === counted(image.looksLike))) {
      add(image.looksLike, "looks like its images");
    }
    return found;
  }

  function show(index) {
    position = Math.max(0, Math.min(index, queue.length - 1));
    $("asked").hidden = !queue.length;
    $("none").hidden = queue.length > 0;
    if (!queue.length) return showState();
    const image = current();
    const answer = answerOf(image);
    const big = $("image");
    big.src = served ? "image/" + image.id : image.thumbnail;
    big.alt = "The image " + image.path;
    $("path").textContent = image.path;
    $("place").textContent = `${position + 1} of ${queue.length}`;
    $("reasons").replaceChildren(...image.reasons.map((reason) => element("li", {}, reason)));
    const given = candidates(image);
    $("answers").replaceChildren(...given.map((candidate, number) => {
      const entry = classes[candidate.index];
      const button = element("button", { type: "button", className: "answer", id: "answer-" + (number + 1) },
        element("kbd", {}, number === 0 ? "Enter" : String(number + 1)),
        element("span", { className: "name" }, nameOf(candidate.index)),
        element("span", { className: "how" }, candidate.how));
      if (entry.examples.length) {
        button.append(element("span", { className: "examples", ariaHidden: "true" },
          ...entry.examples.map((example) => picture(example.id, example.thumbnail, ""))));
      }
      button.setAttribute("aria-pressed", String(answer !== undefined && answer === entry.key));
      button.addEventListener("click", () => give(entry.key));
      return button;
    }));
    $("reject").setAttribute("aria-pressed", String(answer === null));
    $("other").value = "";
    const said = answer === undefined ? "" : answer === null ? "none of the classes" :
      place.has(answer) ? nameOf(counted(place.get(answer))) : answer;
    $("said").textContent = said ? "Answered: " + said : "";
    showStrip();
    showState();
  }

  function showStrip() {
    const first = Math.max(0, Math.min(position - 4, queue.length - 24));
    $("strip").replaceChildren(...queue.slice(first, first + 24).map((index, step) => {
      const image = images[index];
      const answer = answerOf(image);
      const button = element("button", { type: "button", className: answer === undefined ? "" : "done" },
        picture(image.id, image.thumbnail, image.path));
      if (answer !== undefined) {
        button.append(element("span", { className: answer === null ? "mark no" : "mark", ariaHidden: "true" },
          answer === null ? "✕" : "✓"));
        button.firstChild.alt += answer === null ? ", none of the classes" : ", answered";
      }
      if (first + step === position) button.setAttribute("aria-current", "true");
      button.setAttribute("aria-pressed", String(first + step === position));
      button.addEventListener("click", () => show(first + step));
      return button;
    }));
    const here = $("strip").children[position - first];
    if (here) $("strip").scrollLeft = here.offsetLeft - $("strip").clientWidth / 2 + here.offsetWidth / 2;
  }

  function give(key) {
    const image = current();
    if (!image) return;
    history.push([image.path, answerOf(image), position]);
    review.labels[image.path] = key;
    const said = key === null ? "none of the classes" : nameOf(place.get(key));
    changed();
    goToOpen(position + 1);
    const next = current();
    announce(`${image.path}: ${said}.` + (next && next !== image ? ` Next: ${next.path}.` : ""));
  }

  function undo() {
    const last = history.pop();
    if (!last) return announce("There is nothing to take back.");
    const [path, before] = last;
    if (before === undefined) delete review.labels[path];
    else review.labels[path] = before;
    changed();
    const index = queue.indexOf(byPath.get(path));
    show(index < 0 ? position : index);
    announce(path + ": taken back.");
  }

  function giveOther() {
    const text = $("other").value.trim().toLowerCase();
    if (!text) return;
    const all = classes.map((entry, index) => index);
    const exact = all.filter((index) => [nameOf(index), classes[index].key].some((name) => name.toLowerCase() === text));
    const near = exact.length ? exact : all.filter((index) => nameOf(index).toLowerCase().startsWith(text));
    if (near.length !== 1) {
      return announce(near.length ? `${near.length} classes begin so: write more.` : "There is no such class.");
    }
    $("other").blur();
    give(classes[counted(near[0])].key);
  }

  // ----------------------------------------------------------------------------------------------------- classes

  function showClasses() {
    $("class-names").replaceChildren(...classes.map((_, index) => new Option(nameOf(index), nameOf(index))));
    $("classes").replaceChildren(...classes.map((entry, index) => classCard(entry, index)));
  }

  function classCard(entry, index) {
    const said = review.classes[entry.key] || {};
    const id = (name) => `${name}-${index}`;
    const title = element("h3", { id: id("title") }, entry.key);
    const facts = element("p", { className: "small soft" }, entry.facts);
    const examples = element("div", { className: "picked" },
      ...entry.examples.map((example) => picture(example.id, example.thumbnail, "taken for " + entry.name)));
    const field = (name, text, control) => {
      control.id = id(name);
      return element("div", { className: "field" }, element("label", { htmlFor: control.id }, text), control);
    };
    const name = element("input", { type: "text", value: said.name || "", placeholder: entry.name, maxLength: 200,
      autocomplete: "off" });
    name.addEventListener("change", () => {
      setNote(entry.key, "name", name.value.trim());
      namesChanged();
    });
    const description = element("textarea", { value: said.description || "", maxLength: 1000,
      placeholder: entry.description || "What do its images look like? One sentence." });
    description.addEventListener("change", () => {
      setNote(entry.key, "description", description.value.trim().replace(/\s+/g, " "));
      description.value = review.classes[entry.key]?.description || "";
    });
    const option = (key) => new Option(place.has(key) ? nameOf(place.get(key)) : key, key);
    const same = element("select", {}, new Option("a class of its own", ""), ...(said.same_as ? [option(said.same_as)] : []));
    same.value = said.same_as || "";
    // A thousand lists of a thousand classes would take the browser long: each is made when it is asked for.
    const fill = () => {
      if (same.length >= classes.length) return;
      const chosen = same.value;
      same.replaceChildren(same.options[0], ...classes.filter((other) => other !== entry).map((other) => option(other.key)));
      same.value = chosen;
    };
    same.addEventListener("focus", fill);
    same.addEventListener("pointerdown", fill);
    same.addEventListener("change", () => {
      setNote(entry.key, "same_as", same.value);
      if (same.value) {
        setNote(entry.key, "name", "");
        setNote(entry.key, "description", "");
      }
      name.value = review.classes[entry.key]?.name || "";
      description.value = review.classes[entry.key]?.description || "";
      name.disabled = description.disabled = Boolean(same.value);
      namesChanged();
    });
    name.disabled = description.disabled = Boolean(said.same_as);
    const found = element("div", {});
    found.setAttribute("aria-live", "polite");
    const card = element("section", { className: "class", id: id("class") }, title, facts, examples,
      field("name", "call it", name), field("description", "describe it", description));
    card.setAttribute("aria-labelledby", title.id);
    if (data.previews) {
      const button = element("button", { type: "button" }, "See what this would pick");
      button.addEventListener("click", () => preview(index, description.value.trim() || name.value.trim(), found));
      card.append(element("div", { className: "row" }, button), found);
    }
    card.append(field("same", "the same as", same));
    return card;
  }

  function findClasses() {
    const text = $("find").value.trim().toLowerCase();
    for (const [index, entry] of classes.entries()) {
      $("class-" + index).hidden = ![entry.key, nameOf(index)].some((name) => name.toLowerCase().includes(text));
    }
  }

  function namesChanged() {
    $("class-names").replaceChildren(...classes.map((_, index) => new Option(nameOf(index), nameOf(index))));
    for (const [index, entry] of classes.entries()) {
      for (const option of $("same-" + index).options) {
        if (place.has(option.value)) option.text = nameOf(place.get(option.value));
      }
      $("name-" + index).placeholder = entry.name;
    }
    fillFilters();
    // The class or pair that was chosen may be none any more.
    if ($("filter").value !== filter) {
      filter = $("filter").value;
      fillQueue();
    }
    show(position);
  }

  async function preview(index, text, found) {
    if (!text) return found.replaceChildren(element("p", { className: "small warn" }, "Write a description or a name first."));
    found.replaceChildren(element("p", { className: "small soft" }, "…"));
    try {
      const answer = await send("preview", JSON.stringify({ class: classes[index].key, text }));
      const picked = await answer.json();
      const taken = picked.counts.map(([label, count]) => `${count} now taken for ${nameOf(label)}`).join(", ");
      found.replaceChildren(
        element("p", { className: "small" }, `The ${picked.total} images nearest to “${text}”: ${taken}.`),
        element("div", { className: "picked" }, ...picked.images.map(({ id, path, label }) => {
          const image = picture(id, "", `${path}, taken for ${nameOf(label)}`);
          if (counted(label) !== counted(index)) image.className = "other";
          return image;
        })));
    } catch (error) {
      found.replaceChildren(element("p", { className: "small warn" }, error.message));
    }
  }

  // ------------------------------------------------------------------------------------------------------ saving

  const fileText = () => {
    const sorted = (object) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
    const kept = Object.fromEntries(Object.entries(review.classes).filter(([, entry]) => Object.keys(entry).length));
    return JSON.stringify({ classes: sorted(kept), labels: sorted(review.labels), review: 1 }, null, 2) + "\n";
  };

  async function ask(path, options) {
    let answer;
    try {
      answer = await fetch(path, options);
    } catch {
      throw new Error("cap-review does not answer: is it still running?");
    }
    if (!answer.ok && answer.status !== 412) throw new Error((await answer.text()).trim());
    return answer;
  }

  const send = (path, body, headers = {}) =>
    ask(path, { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body });

  let timer;
  let saving = Promise.resolve();

  function saveSoon() {
    clearTimeout(timer);
    timer = setTimeout(save, 300);
  }

  function save() {
    clearTimeout(timer);
    saving = saving.then(async () => {
      if (isSaved) return;
      try {
        for (;;) {
          const text = fileText();
          const answer = await send("review", text, { "If-Match": tag });
          tag = answer.headers.get("ETag");
          if (answer.ok) {
            base = normal(JSON.parse(text));
            isSaved = text === fileText();
            break;
          }
          // Another page, or a person's hand, has said something meanwhile.
          const found = await answer.json();
          review = merged(found);
          base = normal(found);
          fillAll();
          show(position);
          announce("What was said elsewhere meanwhile is here now too.");
        }
        problem("");
      } catch (error) {
        problem("Not saved: " + error.message);
      }
      showState();
    });
    return saving;
  }

  function download() {
    const link = element("a", { href: URL.createObjectURL(new Blob([fileText()], { type: "application/json" })),
      download: "review.json" });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    isSaved = true;
    keepDraft();
    showState();
    announce("review.json was downloaded. " + $("where").textContent);
  }

  async function saveAs() {
    try {
      const handle = await window.showSaveFilePicker({ suggestedName: "review.json",
        types: [{ description: "Review", accept: { "application/json": [".json"] } }] });
      const file = await handle.createWritable();
      await file.write(fileText());
      await file.close();
      isSaved = true;
      keepDraft();
      showState();
    } catch (error) {
      if (error.name !== "AbortError") problem("Not saved: " + error.message);
    }
  }

  function problem(text) {
    $("problem").textContent = text;
    $("problem").hidden = !text;
  }

  const announce = (text) => { $("announced").textContent = text; };

  function showState() {
    const answered = Object.keys(review.labels).length;
    const notes = Object.values(review.classes).filter((entry) => Object.keys(entry).length).length;
    $("state").textContent = `${answered} of ${images.length} images answered`
      .replace(/^(\d+) of (\d+)/, (all, a, b) => (Number(a) > Number(b) ? a : all))
      + (notes ? `, ${notes} ${notes === 1 ? "class" : "classes"} changed` : "");
    const saved = $("saved");
    const isWaiting = served && $("problem").hidden;
    saved.textContent = isSaved ? (answered || notes ? "saved" : "nothing to save yet") : isWaiting ? "saving…" : "not saved yet";
    saved.className = "small " + (isSaved ? "good" : "warn");
  }

  // -------------------------------------------------------------------------------------------------------- keys

  function isTyping(target) {
    return target instanceof HTMLElement && (target.matches("input, textarea, select") || target.isContentEditable);
  }

  const commands = {
    a: () => $("answer-1")?.click(),
    2: () => $("answer-2")?.click(), 3: () => $("answer-3")?.click(), 4: () => $("answer-4")?.click(),
    1: () => $("answer-1")?.click(),
    o: () => $("other").focus(),
    x: () => give(null),
    u: undo,
    j: () => show(position + 1), ArrowRight: () => show(position + 1),
    k: () => show(position - 1), ArrowLeft: () => show(position - 1),
    f: () => $("filter").focus(),
    c: () => {
      $("find").value = "";
      findClasses();
      $("name-" + (queue.length ? counted(current().predicted) : 0))?.focus();
    },
    i: () => { $("reject").focus(); window.scrollTo(0, 0); },
    s: () => (served ? save() : download()),
    "?": () => $("help").showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || $("help").open) return;
    if (isTyping(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (!$("keys").checked) return;
    // Enter on a button, link or summary is its own.
    if (event.key === "Enter") {
      if (event.target !== document.body) return;
      event.preventDefault();
      return commands.a();
    }
    const command = commands[event.key];
    if (!command || !queue.length && "a1234oxjk".includes(event.key)) return;
    event.preventDefault();
    // What is pressed next is for the image, not for a button that was pressed before.
    if (document.activeElement instanceof HTMLElement && "axuj1234".includes(event.key)) document.activeElement.blur();
    command();
  });

  $("other").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    giveOther();
  });
  $("give").addEventListener("click", giveOther);
  $("reject").addEventListener("click", () => give(null));
  $("undo").addEventListener("click", undo);
  $("next").addEventListener("click", () => show(position + 1));
  $("previous").addEventListener("click", () => show(position - 1));
  $("show-help").addEventListener("click", () => $("help").showModal());
  $("filter").addEventListener("change", () => {
    filter = $("filter").value;
    fillQueue();
    goToOpen(0);
  });
  $("find").addEventListener("input", findClasses);
  if (served) {
    $("save").addEventListener("click", save);
  } else {
    $("save").addEventListener("click", download);
    if (window.showSaveFilePicker) {
      $("save-as").hidden = false;
      $("save-as").addEventListener("click", saveAs);
    }
  }
  window.addEventListener("beforeunload", (event) => { if (!isSaved) event.preventDefault(); });

  function fillAll() {
    fillFilters();
    filter = $("filter").value;
    fillQueue();
    // What is being written there stays.
    if (!$("classes").contains(document.activeElement)) showClasses();
  }

  async function start() {
    if (served) {
      try {
        const answer = await ask("review", { cache: "no-store" });
        tag = answer.headers.get("ETag");
        const found = await answer.json();
        review = normal(found);
        base = normal(found);
      } catch (error) {
        return problem(error.message);
      }
    } else {
      readDraft();
    }
    fillAll();
    goToOpen(0);
    document.documentElement.dataset.ready = "yes";
  }

  start();
})();
