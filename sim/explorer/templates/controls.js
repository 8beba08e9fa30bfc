// The controls: what the page reads from the reader, and drawing whenever that changes.
const $ = (name) => document.getElementById(name);
const MOST_FIRST = 6; // policies that are drawn before the reader chooses
// The buttons are listed one by one: the library's own list has one that sends the figure to a server.
const DRAWING = {
  displaylogo: false, responsive: true, plotlyServerURL: "", modeBarButtons: [["toImage", "zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"]],
};
const SIGNS = { circle: "●", square: "■", "triangle-up": "▲", diamond: "◆", "triangle-down": "▼", cross: "✚", x: "✖", pentagon: "⬟" };
let run = null;
let waiting = 0;

function option(select, value, text, parent = select) {
  parent.append(element("option", text, { value }));
}
function stems() {
  const found = new Map();
  MEASURES.forEach((measure, place) => {
    const held = found.get(measure.stem) || { title: measure.whole, body: measure.body, places: [] };
    held.places.push(place);
    found.set(measure.stem, held);
  });
  return found;
}
const STEMS = stems();

function build() {
  const bodies = new Map();
  for (const [stem, held] of STEMS) {
    if (!bodies.has(held.body)) bodies.set(held.body, element("optgroup", null, { label: held.body || "The world" }));
    option($("measure"), stem, held.title, bodies.get(held.body));
  }
  $("measure").append(...bodies.values());
  if (MEASURES.length) $("measure").value = MEASURES[DATA.opening].stem;
  const inputs = element("optgroup", null, { label: "Inputs of the future" });
  INPUTS.forEach((input, place) => option($("across"), `input ${place}`, input.path, inputs));
  const others = element("optgroup", null, { label: "Measures" });
  MEASURES.forEach((measure, place) => option($("across"), `measure ${place}`, measure.title, others));
  if (INPUTS.length) $("across").append(inputs);
  $("across").append(others);
  YEARS.forEach((year, slot) => option($("year"), slot, String(year)));
  option($("year"), SLOTS - 1, "mean over the years");
  $("year").value = String(YEARS.length - 1);
  POLICIES.forEach((policy, place) => {
    option($("baseline"), place, policy.title);
    option($("run-policy"), place, policy.title);
    const label = element("label");
    const box = element("input", null, { type: "checkbox", name: "policy", value: place });
    box.checked = place < MOST_FIRST || place === DATA.baseline;
    const swatch = element("span", SIGNS[policy.marker], { class: "swatch", "aria-hidden": "true" });
    swatch.style.color = policy.colour;
    label.append(box, swatch, document.createTextNode(policy.title));
    $("policies").append(label);
  });
  $("baseline").value = String(DATA.baseline);
  DATA.futures.forEach((future, place) => option($("run-future"), place, String(future)));
  DATA.replicates.forEach((replicate, place) => option($("run-replicate"), place, String(replicate)));
  INPUTS.forEach(filter);
  $("filters-part").hidden = INPUTS.length === 0;
  facts();
  groups();
}
function filter(input, place) {
  const part = element("div", null, { class: "filter", role: "group", "aria-label": `Range of ${input.path}` });
  part.append(element("p", `${input.path}${input.unit ? ` [${input.unit}]` : ""}`, { class: "name" }), element("p", input.text, { class: "what" }));
  const own = known(Array.from(numbers(input.values)));
  if (input.kind === "choice") {
    input.names.forEach((name, at) => {
      const label = element("label");
      const box = element("input", null, { type: "checkbox", "data-input": place, value: at });
      box.checked = true;
      label.append(box, document.createTextNode(` ${name}`));
      part.append(label);
    });
  } else {
    const pair = element("div", null, { class: "pair" });
    for (const [side, shown] of [["low", own[0]], ["high", own[own.length - 1]]]) {
      const id = `filter-${place}-${side}`;
      const box = element("input", null, { type: "number", step: "any", id, placeholder: said(shown), "data-input": place, "data-side": side });
      pair.append(element("label", side === "low" ? "from" : "to", { for: id }), box);
      box.setAttribute("aria-label", `${input.path}, ${side === "low" ? "at least" : "at most"}; the study has ${said(own[0])} to ${said(own[own.length - 1])}`);
    }
    part.append(pair);
  }
  $("filters").append(part);
}
function facts() {
  const counts = DATA.counts;
  const number = (each) => each.toLocaleString("en-US");
  const text = [`${number(counts.good)} runs with values${counts.good + counts.failed < counts.expected ? ` of ${number(counts.expected)}: the study is not finished` : ""}.`];
  if (counts.failed) text.push(`${number(counts.failed)} runs failed and are left out.`);
  if (counts.shown < counts.good) {
    text.push(`This page shows ${number(counts.shown)} of them: futures and replicates drawn by chance, each with all its policies. Bands and medians over the years count all runs until futures are chosen.`);
  }
  if (!DATA.inputs.length) text.push("Futures differ in no input.");
  $("facts").append(` ${text.join(" ")}`);
  $("left-part").hidden = DATA.left.length === 0;
  $("left").textContent = `They would make the page too large; waico explore DIR --measures NAME puts them here: ${DATA.left.join(", ")}.`;
}
function groups() {
  const held = STEMS.get($("measure").value);
  const before = $("group").value;
  $("group").replaceChildren();
  const kinds = [...new Set(held.places.map((place) => MEASURES[place].grouping).filter(Boolean))];
  for (const place of held.places) if (!MEASURES[place].group) option($("group"), place, "All");
  for (const kind of kinds) option($("group"), `by ${kind}`, `By ${kind}, side by side`);
  for (const place of held.places) if (MEASURES[place].group) option($("group"), place, MEASURES[place].group);
  if ([...$("group").options].some((each) => each.value === before && before.startsWith("by "))) $("group").value = before;
  $("group").disabled = $("group").options.length < 2;
}

function read() {
  const view = document.querySelector("input[name=view]:checked").value;
  const group = $("group").value;
  const held = STEMS.get($("measure").value);
  const panels = group.startsWith("by ") ? held.places.map((place) => MEASURES[place]).filter((each) => each.grouping === group.slice(3)) : [MEASURES[Number(group)]];
  const [kind, place] = $("across").value.split(" ");
  const policies = new Set([...document.querySelectorAll("input[name=policy]:checked")].map((box) => Number(box.value)));
  const ranges = INPUTS.map((input, at) => {
    const boxes = [...document.querySelectorAll(`[data-input="${at}"]`)];
    if (input.kind === "choice") return boxes.every((box) => box.checked) ? null : { names: new Set(boxes.filter((box) => box.checked).map((box) => Number(box.value))) };
    const [low, high] = boxes.map((box) => box.value.trim());
    if (low === "" && high === "") return null;
    return { low: low === "" ? -Infinity : Number(low), high: high === "" ? Infinity : Number(high) };
  });
  return {
    view, panels, policies, ranges, filtered: ranges.some((each) => each !== null), slot: Number($("year").value), run,
    baseline: Number($("baseline").value), across: { kind, place: Number(place) }, single: $("single").checked, log: $("log").checked,
  };
}

function draw() {
  const started = performance.now();
  const state = read();
  $("year-part").hidden = state.view === "years";
  $("across-part").hidden = state.view !== "scatter";
  $("baseline-part").hidden = state.view !== "paired";
  $("single-part").hidden = state.view !== "years";
  $("log").disabled = state.view === "paired";
  const rows = keptRows(state);
  const found = { years, spread, paired, scatter }[state.view](state, rows);
  Plotly.react("chart", found.traces, layout(state, found), DRAWING);
  const futures = new Set(rows.map((row) => FUTURE[row])).size;
  const read_out = summary(state, rows);
  const counted = `${rows.length.toLocaleString("en-US")} of ${IDS.length.toLocaleString("en-US")} runs, ${futures.toLocaleString("en-US")} of ${new Set(FUTURE).size.toLocaleString("en-US")} futures.`;
  $("note").textContent = `${found.notes.join(" ")} ${counted}`;
  $("chart").setAttribute("aria-label", `Figure: ${read_out} The table below holds its numbers.`);
  tell(rows.length === 0 ? "No run is left: choose a policy, or wider ranges." : counted);
  details(state);
  document.body.dataset.drawn = String(Math.round(performance.now() - started));
}
function layout(state, found) {
  const count = state.panels.length;
  const columns = count > 1 ? 2 : 1;
  const lines = Math.ceil(count / columns);
  const long = Math.max(1, ...[...state.policies].map((policy) => POLICIES[policy].title.length));
  const made = {
    height: Math.max(470, 300 * lines) + (long > 34 ? 30 : 0), margin: { l: 70, r: 46, t: 40, b: 60 }, modebar: { orientation: "v" }, hovermode: "closest", dragmode: "zoom",
    font: { family: "Arial, Liberation Sans, sans-serif", size: 13, color: "#1a1a1a" }, paper_bgcolor: "#fff", plot_bgcolor: "#fff",
    legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0, itemclick: false, itemdoubleclick: false }, hoverlabel: { align: "left" },
    showlegend: state.view === "years" || state.view === "scatter", annotations: [], grid: { rows: lines, columns, pattern: "independent", xgap: 0.13, ygap: 0.22 },
    datarevision: Math.random(), shapes: [],
  };
  state.panels.forEach((measure, panel) => {
    const tail = panel ? String(panel + 1) : "";
    const log = state.log && state.view !== "paired";
    const base = { automargin: true, linecolor: "#1a1a1a", gridcolor: "#e8e8e8", ticks: "outside" };
    const { title, ...rest } = found.x;
    made[`xaxis${tail}`] = { ...base, ...rest, title: { text: title || "", standoff: 8 } };
    const name = `${count > 1 ? measure.group : measure.title}${found.paired ? ", difference" : ""}`;
    made[`yaxis${tail}`] = { ...base, type: log ? "log" : "linear", zeroline: Boolean(found.paired), zerolinecolor: "#555", title: { text: `${folded(name, 44)}<br>[${plain(measure.unit)}]` } };
  });
  return made;
}
function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(draw, 150);
}
function choose(row) {
  run = row;
  if (row !== null) {
    $("run-policy").value = String(POLICY[row]);
    $("run-future").value = String(FUTURE[row]);
    $("run-replicate").value = String(REPLICATE[row]);
  }
  draw();
}
function step(way) {
  const state = read();
  const slot = state.view === "years" ? YEARS.length - 1 : state.slot;
  const height = (row) => (state.view === "paired" ? difference(state, state.panels[0], row) : value(state.panels[0], row, slot));
  const rows = keptRows(state).filter((row) => !Number.isNaN(height(row))).sort((a, b) => height(a) - height(b) || a - b);
  if (rows.length === 0) return;
  const at = rows.indexOf(run);
  choose(rows[at < 0 ? Math.floor(rows.length / 2) : Math.min(rows.length - 1, Math.max(0, at + way))]);
}

if (MEASURES.length === 0 || IDS.length === 0) {
  facts();
  $("controls").hidden = true;
  tell("No run of this study has values yet: there is nothing to draw.");
} else {
  build();
  draw();
  $("chart").on("plotly_click", (event) => {
    const found = event.points.find((each) => Number.isInteger(each.customdata));
    if (found) choose(found.customdata);
  });
  $("controls").addEventListener("submit", (event) => event.preventDefault());
  $("controls").addEventListener("change", (event) => {
    if (event.target.id === "measure") groups();
    soon();
  });
  $("controls").addEventListener("input", (event) => {
    if (event.target.type === "number") soon();
  });
  $("reset").addEventListener("click", () => {
    document.querySelectorAll("[data-input]").forEach((box) => {
      if (box.type === "checkbox") box.checked = true;
      else box.value = "";
    });
    draw();
  });
  $("run-show").addEventListener("click", () => {
    const row = ROW_AT.get(key(Number($("run-policy").value), Number($("run-future").value), Number($("run-replicate").value)));
    if (row === undefined) tell("There is no such run on this page: it failed, is not done, or was not drawn.");
    else choose(row);
  });
  $("run-before").addEventListener("click", () => step(-1));
  $("run-after").addEventListener("click", () => step(1));
}
