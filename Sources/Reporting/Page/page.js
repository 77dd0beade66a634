// What the pages do: charts by D3, a search for classes, images of a cell and in large. Everything that comes from data
// comes in by JSON, is put on the page as text, and is never markup or program.
"use strict";
(() => {
  document.documentElement.classList.add("js");
  const page = JSON.parse(document.getElementById("page-data").textContent);
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  const make = (tag, text, className) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (className) element.className = className;
    return element;
  };
  const className = label => page.classes[label] ?? "class " + label;
  const percent = fraction => (fraction * 100).toFixed(1) + "\u00a0%";
  const count = (number, noun) => number.toLocaleString("en") + " " + noun + (number === 1 ? "" : "s");
  const shown = (value, unit) =>
    value === null || value === undefined ? "–"
    : (Number.isInteger(value) ? value.toLocaleString("en") : String(+value.toPrecision(4))) + (unit ? " " + unit : "");

  // ------------------------------------------------------------------------------------------------------ tooltips

  const tip = document.body.appendChild(make("div"));
  tip.id = "tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");

  function showTip(text, event) {
    tip.textContent = text;
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    const left = Math.min(event.clientX + 14, window.innerWidth - box.width - 6);
    const above = event.clientY + 18 + box.height > window.innerHeight;
    tip.style.left = Math.max(6, left) + "px";
    tip.style.top = (above ? event.clientY - box.height - 10 : event.clientY + 18) + "px";
  }
  const hideTip = () => { tip.hidden = true; };
  window.addEventListener("scroll", hideTip, { passive: true, capture: true });

  /// Has `svg` say what is at a place of it: `describe` gets the place and gives a text or nothing.
  function hover(svg, describe, open) {
    const node = svg.node();
    const place = event => {
      const box = node.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const move = event => {
      const text = describe(...place(event));
      if (text) showTip(text, event); else hideTip();
    };
    node.addEventListener("pointermove", move);
    node.addEventListener("pointerdown", move);
    node.addEventListener("pointerleave", () => { describe(-1, -1); hideTip(); });
    if (open) node.addEventListener("click", event => { hideTip(); open(...place(event)); });
  }

  // --------------------------------------------------------------------------------------------------- parts of charts

  const ruler = document.createElement("canvas").getContext("2d");

  /// Names as short as `width` pixels need, each still other than the rest: cut in the middle, and numbered where that is
  /// not enough.
  function shortened(names, width) {
    ruler.font = "12px system-ui, sans-serif";
    const fits = text => ruler.measureText(text).width <= width;
    const letters = text =>
      window.Intl && Intl.Segmenter ? Array.from(new Intl.Segmenter().segment(text), part => part.segment) : Array.from(text);
    const cut = (name, suffix) => {
      const line = name.replace(/\s+/g, " ").trim();
      if (fits(line + suffix)) return line + suffix;
      const parts = letters(line);
      for (let kept = Math.min(parts.length - 1, 80); kept > 1; kept -= 1) {
        const head = Math.ceil(kept * 0.6);
        const text = parts.slice(0, head).join("") + "…" + parts.slice(parts.length - (kept - head)).join("") + suffix;
        if (fits(text)) return text;
      }
      return (parts[0] ?? "") + "…" + suffix;
    };
    const seen = new Map();
    return names.map(name => {
      let text = cut(name, "");
      for (let number = 2; seen.has(text) && seen.get(text) !== name; number += 1) text = cut(name, " " + number);
      seen.set(text, name);
      return text;
    });
  }

  function canvas(plot, width, height) {
    return d3.select(plot).append("svg").attr("width", width).attr("height", height).attr("viewBox", `0 0 ${width} ${height}`)
      .attr("aria-hidden", "true");
  }

  function axisName(svg, text, x, y) {
    svg.append("text").attr("x", x).attr("y", y).attr("text-anchor", "middle").text(text);
  }

  /// Ticks at whole numbers.
  const wholeTicks = (first, last, most) =>
    first >= last ? [first] : d3.ticks(first, last, Math.max(2, most)).filter(Number.isInteger);

  /// Samples of the colours, above a chart.
  function key(plot, entries) {
    const list = plot.appendChild(make("ul", undefined, "key"));
    for (const [style, name, dash] of entries) {
      const item = list.appendChild(make("li"));
      const sample = d3.select(item).append("svg").attr("class", style).attr("viewBox", "0 0 22 10").attr("aria-hidden", "true");
      if (dash === undefined) sample.append("circle").attr("cx", 11).attr("cy", 5).attr("r", 4.5).attr("fill", "currentColor");
      else sample.append("line").attr("x2", 22).attr("y1", 5).attr("y2", 5).attr("stroke", "currentColor")
        .attr("stroke-width", 2.5).attr("stroke-dasharray", dash);
      item.append(name);
    }
  }

  /// A choice between the ways to show a chart; what was chosen stays when the chart is drawn again.
  function choice(figure, plot, title, names, draw) {
    if (names.length < 2) return draw(0);
    const isFirst = figure.draw === undefined;
    figure.draw = draw;
    if (isFirst) {
      figure.choice = 0;
      const field = make("fieldset", undefined, "switch");
      field.append(make("legend", title));
      names.forEach((name, index) => {
        const label = field.appendChild(make("label"));
        const input = label.appendChild(make("input"));
        input.type = "radio";
        input.name = "choice-" + figure.dataset.chart;
        input.checked = index === 0;
        label.append(" " + name);
        input.addEventListener("change", () => { figure.choice = index; figure.draw(index); });
      });
      figure.insertBefore(field, plot);
    }
    return draw(figure.choice);
  }

  // ------------------------------------------------------------------------------------------------------------ charts

  const charts = {
    /// A value before and after of each name, joined by a line.
    dots(plot, spec, figure, width) {
      key(plot, [["before", spec.labels[0]], ["after", spec.labels[1]]]);
      // A chart that is scrolled has its numbers above too.
      const row = 20, above = spec.names.length > 40 ? 22 : 2;
      const left = Math.round(Math.min(180, width * 0.38)), bottom = above + spec.names.length * row + 4;
      const svg = canvas(plot, width, bottom + 42);
      const top = spec.top ?? (d3.max(spec.before.concat(spec.after)) || 1);
      const x = d3.scaleLinear().domain([0, top]).range([left + 8, width - 12]);
      if (!spec.top) x.nice();
      const axis = svg.append("g").attr("class", "grid").attr("transform", `translate(0,${bottom})`);
      const ticks = Math.max(2, Math.floor((width - left) / 70));
      axis.call(d3.axisBottom(x).ticks(ticks).tickSize(above - bottom).tickPadding(8));
      if (above > 2) svg.append("g").attr("class", "grid").attr("transform", `translate(0,${above})`)
        .call(d3.axisTop(x).ticks(ticks).tickSize(0).tickPadding(6));
      axisName(svg, spec.unit, (left + width) / 2, bottom + 38);
      const y = index => above + index * row + row / 2;
      const marks = svg.selectAll(null).data(spec.names).enter().append("g").attr("transform", (_, i) => `translate(0,${y(i)})`);
      const names = shortened(spec.names, left - 6);
      marks.append("text").attr("class", "name").attr("x", left).attr("dy", "0.32em").attr("text-anchor", "end")
        .text((_, i) => names[i]);
      marks.append("line").attr("class", "before").attr("stroke", "currentColor").attr("stroke-width", 1.5)
        .attr("x1", (_, i) => x(spec.before[i])).attr("x2", (_, i) => x(spec.after[i]));
      for (const [style, values, radius] of [["before", spec.before, 4], ["after", spec.after, 4.5]]) {
        marks.append("circle").attr("class", style).attr("fill", "currentColor").attr("r", radius)
          .attr("cx", (_, i) => x(values[i]));
      }
      hover(svg, (_, place) => {
        const i = Math.floor((place - above) / row);
        if (!(i >= 0 && i < spec.names.length)) return null;
        const change = spec.after[i] - spec.before[i];
        return `${spec.names[i]}\n${spec.labels[0]} ${shown(spec.before[i], spec.short)}, ${spec.labels[1]} ` +
          `${shown(spec.after[i], spec.short)} (${change > 0 ? "+" : change < 0 ? "−" : "±"}${shown(Math.abs(change))})`;
      });
    },

    /// Numbers by epoch.
    lines(plot, spec, figure, width) {
      key(plot, spec.series.map(series => [series.style, series.name, series.dash]));
      const height = 240, left = 52, right = width - 12, bottom = height - 42;
      const svg = canvas(plot, width, height);
      const epochs = d3.max(spec.series, series => series.values.length);
      const x = d3.scaleLinear().domain([1, Math.max(2, epochs)]).range([left, right]);
      const values = spec.series.flatMap(series => series.values).filter(value => value !== null);
      const y = d3.scaleLinear().domain([0, spec.top ?? (d3.max(values) || 1)]).range([bottom, 8]);
      if (!spec.top) y.nice();
      svg.append("g").attr("class", "grid").attr("transform", `translate(${left},0)`)
        .call(d3.axisLeft(y).ticks(5).tickSize(left - right).tickPadding(6));
      svg.append("g").attr("transform", `translate(0,${bottom})`)
        .call(d3.axisBottom(x).tickValues(wholeTicks(1, epochs, width / 70)).tickFormat(d3.format("d")));
      axisName(svg, "epoch", (left + right) / 2, bottom + 36);
      for (const series of spec.series) {
        const line = d3.line().defined(value => value !== null).x((_, i) => x(i + 1)).y(value => y(value));
        svg.append("path").attr("class", series.style).attr("d", line(series.values)).attr("fill", "none")
          .attr("stroke", "currentColor").attr("stroke-width", 2).attr("stroke-dasharray", series.dash);
        // A single epoch has no line.
        if (epochs < 3) {
          svg.selectAll(null).data(series.values).enter().filter(value => value !== null).append("circle")
            .attr("class", series.style).attr("fill", "currentColor").attr("r", 3.5)
            .attr("cx", (_, i) => x(i + 1)).attr("cy", value => y(value));
        }
      }
      const pointer = svg.append("line").attr("class", "pointed").attr("y1", 8).attr("y2", bottom).attr("visibility", "hidden");
      hover(svg, place => {
        const epoch = Math.min(epochs, Math.max(1, Math.round(x.invert(place))));
        pointer.attr("visibility", place < 0 ? "hidden" : "visible").attr("x1", x(epoch)).attr("x2", x(epoch));
        if (place < 0) return null;
        return `epoch ${epoch}\n` +
          spec.series.map(series => `${series.name}: ${shown(series.values[epoch - 1], spec.unit)}`).join("\n");
      });
    },

    /// Counts of two things, darker where there are more: confusion matrices, classes by epoch.
    cells(plot, spec, figure, width) {
      const rows = spec.rows.length, columns = spec.columns ? spec.columns.length : spec.epochs;
      choice(figure, plot, "Show", spec.layers.map(layer => layer.name), draw);
      function draw(index) {
        plot.replaceChildren();
        const layer = spec.layers[index];
        const isSquare = Boolean(spec.columns);
        let left = Math.round(Math.min(180, width * 0.34));
        const side = (width - left - 8) / columns;
        const isNamed = isSquare ? side >= 9 : true;
        if (!isNamed) left = 26;
        const cell = (width - left - 8) / columns, row = isSquare ? cell : 15;
        const top = 4, bottom = top + rows * row, below = isSquare && isNamed ? 128 : 26;
        const svg = canvas(plot, width, bottom + below + 22);
        svg.append("rect").attr("class", "field").attr("x", left).attr("y", top).attr("width", columns * cell)
          .attr("height", rows * row);
        // [row, column, value] one after the other.
        const cells = d3.range(0, layer.cells.length, 3).map(i => layer.cells.slice(i, i + 3));
        const totals = new Array(rows).fill(0);
        for (const [r, , value] of cells) totals[r] += value;
        const largest = d3.max(cells, item => item[2]) || 1;
        // Shares by their root, so that single mistakes are seen.
        const share = ([r, , value]) => spec.isByRow ? Math.sqrt(value / (totals[r] || 1)) : value / largest;
        const found = new Map(cells.map(item => [item[0] * columns + item[1], item]));
        svg.append("g").attr("class", "cells").selectAll("rect").data(cells).enter().append("rect")
          .attr("x", item => left + item[1] * cell).attr("y", item => top + item[0] * row)
          .attr("width", cell + 0.3).attr("height", row + 0.3)
          .attr("fill-opacity", item => Math.max(0.06, Math.min(1, share(item))).toFixed(3));
        const text = (names, length) => isNamed ? shortened(names, length) : [];
        svg.append("g").selectAll("text").data(text(spec.rows, left - 8)).enter().append("text").attr("class", "name")
          .attr("x", left - 5).attr("y", (_, i) => top + (i + 0.5) * row).attr("dy", "0.32em").attr("text-anchor", "end")
          .style("font-size", Math.min(12, row * 0.88).toFixed(1) + "px").text(name => name);
        if (isSquare) {
          svg.append("g").selectAll("text").data(text(spec.columns, 112)).enter().append("text").attr("class", "name")
            .attr("transform", (_, i) => `translate(${left + (i + 0.5) * cell},${bottom + 6}) rotate(-90)`)
            .attr("dy", "0.32em").attr("text-anchor", "end").style("font-size", Math.min(12, cell * 0.88).toFixed(1) + "px")
            .text(name => name);
          axisName(svg, spec.columnName, left + columns * cell / 2, bottom + below + 14);
          svg.append("text").attr("text-anchor", "middle").text(spec.rowName)
            .attr("transform", isNamed ? `translate(${left / 2},${bottom + 24})` : `translate(14,${(top + bottom) / 2}) rotate(-90)`);
        } else {
          const x = d3.scaleLinear().domain([1, Math.max(2, columns)]).range([left + cell / 2, left + (Math.max(2, columns) - 0.5) * cell]);
          svg.append("g").attr("transform", `translate(0,${bottom})`)
            .call(d3.axisBottom(x).tickValues(wholeTicks(1, columns, width / 70)).tickFormat(d3.format("d")).tickSizeOuter(0));
          axisName(svg, "epoch", left + columns * cell / 2, bottom + below + 14);
        }
        const pointed = svg.append("rect").attr("class", "pointed").attr("width", cell).attr("height", row)
          .attr("visibility", "hidden");
        const at = (x, y) => {
          const c = Math.floor((x - left) / cell), r = Math.floor((y - top) / row);
          return c >= 0 && c < columns && r >= 0 && r < rows ? [r, c] : null;
        };
        hover(svg, (x, y) => {
          const place = at(x, y);
          pointed.attr("visibility", place ? "visible" : "hidden");
          if (!place) return null;
          const [r, c] = place;
          pointed.attr("x", left + c * cell).attr("y", top + r * row);
          const value = (found.get(r * columns + c) || [r, c, 0])[2];
          if (!spec.columns) return `${spec.rows[r]}, epoch ${c + 1}\n${shown(value, spec.unit)}`;
          return `${spec.rowName}: ${spec.rows[r]}\n${spec.columnName}: ${spec.columns[c]}\n` +
            `${value} of ${totals[r]}` + (totals[r] ? ` (${percent(value / totals[r])})` : "");
        }, spec.columns && ((x, y) => {
          const place = at(x, y);
          if (place) openCell(layer.model, place[0], place[1]);
        }));
      }
    },

    /// Accuracy against confidence; the larger a point the more images.
    reliability(plot, spec, figure, width) {
      key(plot, [["before", spec.labels[0]], ["after", spec.labels[1]]]);
      const size = Math.min(width, 440), left = 48, right = size - 10, bottom = size - 44;
      const svg = canvas(plot, size, size);
      const x = d3.scaleLinear().domain([0, 100]).range([left, right]);
      const y = d3.scaleLinear().domain([0, 100]).range([bottom, 10]);
      svg.append("g").attr("class", "grid").attr("transform", `translate(${left},0)`)
        .call(d3.axisLeft(y).ticks(5).tickSize(left - right).tickPadding(6));
      svg.append("g").attr("class", "grid").attr("transform", `translate(0,${bottom})`)
        .call(d3.axisBottom(x).ticks(5).tickSize(10 - bottom).tickPadding(8));
      axisName(svg, "confidence, %", (left + right) / 2, bottom + 38);
      svg.append("text").attr("text-anchor", "middle").attr("transform", `translate(12,${bottom / 2}) rotate(-90)`)
        .text("accuracy, %");
      svg.append("line").attr("class", "before").attr("stroke", "currentColor").attr("stroke-dasharray", "2 4")
        .attr("x1", x(0)).attr("y1", y(0)).attr("x2", x(100)).attr("y2", y(100));
      const points = [["before", spec.before], ["after", spec.after]].flatMap(([style, bins], i) =>
        bins.map(([confidence, accuracy, images]) => ({ style, name: spec.labels[i], confidence, accuracy, images })));
      const total = d3.sum(spec.after, bin => bin[2]) || 1;
      svg.selectAll(null).data(points).enter().append("circle").attr("class", point => point.style)
        .attr("fill", "currentColor").attr("fill-opacity", 0.85)
        .attr("cx", point => x(point.confidence)).attr("cy", point => y(point.accuracy))
        .attr("r", point => 3 + 12 * Math.sqrt(point.images / total));
      hover(svg, (px, py) => {
        const near = nearest(points, px, py, point => [x(point.confidence), y(point.accuracy)], 18);
        return near && `${near.name}: ${count(near.images, "image")}\nconfidence ${shown(near.confidence, "%")}, ` +
          `accuracy ${shown(near.accuracy, "%")}`;
      });
    },

    /// Images in two dimensions.
    map(plot, spec, figure, width) {
      const points = spec.truth.map((truth, i) => ({
        truth, before: spec.before[i], after: spec.after[i], path: spec.paths[i], x: spec.positions[2 * i], y: spec.positions[2 * i + 1],
      }));
      const isKnown = points.some(point => point.truth >= 0);
      const changes = isKnown
        ? [["soft", "right before and after"], ["after", "right now"], ["third", "wrong now"], ["before", "wrong before and after"]]
        : [["soft", "the same as before"], ["after", "another than before"]];
      const change = point => !isKnown ? (point.before === point.after ? 0 : 1)
        : point.truth < 0 ? 0
        : point.after === point.truth ? (point.before === point.truth ? 0 : 1) : (point.before === point.truth ? 2 : 3);
      const ways = (isKnown ? ["true class"] : []).concat(["predicted class", "what changed"]);
      const select = document.getElementById("map-class");
      choice(figure, plot, "Colour by", ways, draw);
      if (select) select.onchange = () => draw(figure.choice);
      function draw(index) {
        plot.replaceChildren();
        const way = ways[index], only = select && select.value !== "" ? Number(select.value) : null;
        if (way === "what changed") key(plot, changes);
        const size = Math.min(width, 640), space = 12;
        const svg = canvas(plot, size, size);
        const half = (d3.max(points, point => Math.max(Math.abs(point.x), Math.abs(point.y))) || 1);
        const scale = d3.scaleLinear().domain([-half, half]).range([space, size - space]);
        const style = point => way === "what changed" ? changes[change(point)][0] : null;
        const label = point => way === "true class" ? point.truth : point.after;
        const color = point => way === "what changed" ? null : label(point) < 0 ? "var(--line)" : page.colors[label(point)];
        const isShown = point => only === null || point.truth === only || point.after === only || point.before === only;
        const isCross = point => way === "predicted class" && point.truth >= 0 && point.truth !== point.after;
        svg.selectAll(null).data(points).enter().append("path").attr("class", style).style("color", color)
          .attr("transform", point => `translate(${scale(point.x)},${size - scale(point.y)})`)
          .attr("d", point => isCross(point) ? "M-3.5,-3.5L3.5,3.5M-3.5,3.5L3.5,-3.5" : "M-3.5,0a3.5,3.5 0 1,0 7,0a3.5,3.5 0 1,0 -7,0")
          .attr("fill", point => isCross(point) ? "none" : "currentColor").attr("stroke", "currentColor")
          .attr("stroke-width", point => isCross(point) ? 2 : 0).attr("opacity", point => isShown(point) ? 1 : 0.12);
        const describe = point => [point.path]
          .concat(point.truth >= 0 ? ["true: " + className(point.truth)] : [])
          .concat(["before: " + className(point.before), "after: " + className(point.after)]).join("\n");
        const find = (px, py) => nearest(points.filter(isShown), px, py, point => [scale(point.x), size - scale(point.y)], 12);
        hover(svg, (px, py) => { const point = find(px, py); return point && describe(point); }, (px, py) => {
          const point = find(px, py);
          if (point) view(point.path, [picture(point.path, describe(point))], true);
        });
      }
    },
  };

  function nearest(points, x, y, place, reach) {
    let best = null, least = reach * reach;
    for (const point of points) {
      const [px, py] = place(point), distance = (px - x) ** 2 + (py - y) ** 2;
      if (distance <= least) [best, least] = [point, distance];
    }
    return best;
  }

  // ------------------------------------------------------------------------------------------------------------ images

  const dialog = document.getElementById("viewer");

  /// The image that the page has of a path, if any.
  function picture(path, text) {
    const image = all("img[data-path]").find(image => image.dataset.path === path);
    return { path, text, source: image && image.src };
  }

  function view(title, items, isLarge, note) {
    if (!dialog) return;
    dialog.querySelector("h2").textContent = title;
    const list = dialog.querySelector("ul");
    list.className = isLarge ? "one" : "";
    list.replaceChildren(...items.map(item => {
      const element = make("li");
      if (item.source) {
        const image = element.appendChild(make("img"));
        image.src = item.source;
        image.alt = item.text;
      }
      element.append(make("div", item.text));
      return element;
    }));
    dialog.querySelector(".note").textContent = note || "";
    dialog.showModal();
  }

  /// The images of a class that a model takes for another; on the diagonal, what the page shows of the class.
  function openCell(model, truth, predicted) {
    if (truth === predicted) {
      const details = document.getElementById("class-" + truth);
      if (details) { details.open = true; details.scrollIntoView(); }
      return;
    }
    const images = page.images, said = model === "before" ? images.before : images.after;
    const found = images.paths.map((_, i) => i).filter(i => images.truth[i] === truth && said[i] === predicted);
    const items = found.map(i => picture(
      images.paths[i],
      images.paths[i] + (model === "before" ? "" : `, ${percent(images.confidence[i])}`)));
    // Those that can be seen first.
    items.sort((a, b) => Number(!a.source) - Number(!b.source));
    const list = page.charts.confusion.layers.find(layer => layer.model === model).cells;
    let value = 0;
    for (let i = 0; i < list.length; i += 3) if (list[i] === truth && list[i + 1] === predicted) value = list[i + 2];
    const left = value - found.length;
    const without = items.filter(item => !item.source).length;
    view(
      `${className(truth)}, taken for ${className(predicted)}: ${value}`, items, false,
      (left > 0 ? `${count(left, "image")} more, which eval.h5 has. ` : "") +
        (without > 0 && without < items.length ? "The page holds pictures of some only." : ""));
  }

  document.addEventListener("click", event => {
    const button = event.target.closest("button");
    if (event.target === dialog || (button && button.classList.contains("close"))) return dialog.close();
    if (!button) return undefined;
    if (button.dataset.cell) {
      const [model, truth, predicted] = button.dataset.cell.split(" ");
      return openCell(model, Number(truth), Number(predicted));
    }
    if (button.classList.contains("thumb")) {
      const image = button.querySelector("img");
      return view(image.dataset.path, [{ text: image.alt, source: image.src }], true);
    }
    if (button.classList.contains("copy")) {
      const code = button.parentElement.querySelector("code");
      navigator.clipboard.writeText(code.textContent).then(() => { button.textContent = "copied"; }, () => {
        window.getSelection().selectAllChildren(code);
      });
    }
    return undefined;
  });

  // ------------------------------------------------------------------------------------------------------------ search

  for (const input of all("input[data-filter]")) {
    const items = all("[data-class]", document.getElementById(input.dataset.filter));
    const said = input.parentElement.querySelector("output");
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLocaleLowerCase();
      let left = 0;
      for (const item of items) {
        item.hidden = !className(Number(item.dataset.class)).toLocaleLowerCase().includes(wanted);
        if (!item.hidden) left += 1;
      }
      said.textContent = wanted ? ` ${left} of ${items.length}` : "";
    });
  }

  /// A link to a class opens what is folded.
  function unfold() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const details = target.closest("details");
    if (details) details.open = true;
    target.scrollIntoView();
  }
  window.addEventListener("hashchange", unfold);

  // -------------------------------------------------------------------------------------------------------------- start

  const isDrawing = typeof d3 === "object" && typeof d3.scaleLinear === "function";
  for (const figure of all("figure[data-chart]")) {
    const spec = page.charts[figure.dataset.chart], plot = figure.querySelector(".plot");
    if (!isDrawing || !spec) continue;
    let drawn = 0;
    // Charts in folded parts have no width until they are opened.
    new ResizeObserver(() => {
      const width = Math.floor(plot.clientWidth);
      if (width === 0 || width === drawn) return;
      drawn = width;
      plot.replaceChildren();
      charts[spec.kind](plot, spec, figure, width);
    }).observe(plot);
  }
  unfold();
})();
