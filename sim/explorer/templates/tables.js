// The figure as a table, for those who read or hear rather than look, and the one run that was chosen.
function element(name, text, held = {}) {
  const made = document.createElement(name);
  if (text !== undefined && text !== null) made.textContent = text;
  for (const [key, each] of Object.entries(held)) made.setAttribute(key, each);
  return made;
}
function fill(table, title, heads, lines) {
  table.caption.textContent = title;
  const row = element("tr");
  heads.forEach((head) => row.append(element("th", head, { scope: "col" })));
  table.tHead.replaceChildren(row);
  table.tBodies[0].replaceChildren(...lines.map((line) => {
    const made = element("tr");
    line.forEach((cell, place) => made.append(place ? element("td", cell) : element("th", cell, { scope: "row" })));
    return made;
  }));
}
function slotName(slot) {
  return slot === SLOTS - 1 ? "mean over the years" : String(YEARS[slot]);
}
function span(low, high) {
  return Number.isNaN(low) ? "–" : `${said(low)} to ${said(high)}`;
}

function summary(state, rows) {
  const table = document.getElementById("summary");
  const several = state.panels.length > 1;
  const lines = [];
  const slot = state.view === "years" ? YEARS.length - 1 : state.slot;
  const order = [...state.policies].filter((policy) => state.view !== "paired" || policy !== state.baseline);
  for (const measure of state.panels) {
    for (const policy of order) {
      const name = POLICIES[policy].title + (several ? `: ${measure.group || "all"}` : "");
      const own = rows.filter((row) => POLICY[row] === policy);
      if (state.view === "years") {
        const { n, parts } = bandOf(measure, policy, rows, state.filtered);
        const [low, q1, median, q3, high] = parts[slot];
        lines.push([name, n[slot].toLocaleString("en-US"), said(median), span(q1, q3), span(low, high)]);
      } else if (state.view === "spread") {
        const ordered = known(own.map((row) => value(measure, row, slot)));
        const [low, q1, median, q3, high] = quantiles(ordered);
        const found = meanOf(own.map((row) => [row, value(measure, row, slot)]).filter(([, each]) => !Number.isNaN(each)));
        lines.push([name, ordered.length.toLocaleString("en-US"), measure.heavy ? "heavy tail" : said(found.mean), said(median), span(q1, q3), span(low, high)]);
      } else if (state.view === "paired") {
        const pairs = pairsOf(state, measure, rows, policy);
        const found = meanOf(pairs);
        const ordered = known(pairs.map(([, each]) => each));
        const higher = pairs.filter(([, each]) => each > 0).length;
        lines.push([name, pairs.length.toLocaleString("en-US"), measure.heavy ? "heavy tail" : said(found.mean, true),
          measure.heavy ? "–" : span(found.low, found.high), said(quantile(ordered, 0.5), true), pairs.length ? `${Math.round((100 * higher) / pairs.length)} %` : "–"]);
      } else {
        const both = own.filter((row) => !Number.isNaN(acrossValue(state, row)) && !Number.isNaN(value(measure, row, slot)));
        const choice = state.across.kind === "input" && INPUTS[state.across.place].kind === "choice";
        const rho = choice ? NaN : spearman(both.map((row) => acrossValue(state, row)), both.map((row) => value(measure, row, slot)));
        lines.push([name, both.length.toLocaleString("en-US"), said(Math.round(rho * 1000) / 1000, true)]);
      }
    }
  }
  const what = `${state.panels[0].whole}${several ? ", by group" : state.panels[0].group ? `, ${state.panels[0].group}` : ""} [${state.panels[0].unit}], ${slotName(slot)}`;
  const heads = {
    years: ["Policy", "n", "Median", "50 % of runs", "90 % of runs"],
    spread: ["Policy", "n", "Mean", "Median", "50 % of runs", "90 % of runs"],
    paired: ["Policy", "Pairs", "Mean difference", "95 % interval", "Median difference", "Pairs in which it is higher"],
    scatter: ["Policy", "n", "Rank correlation (Spearman)"],
  }[state.view];
  const across = state.across.kind === "input" ? INPUTS[state.across.place].path : MEASURES[state.across.place].title;
  const against = { paired: `, less “${POLICIES[state.baseline].title}”`, scatter: `, against ${across}` }[state.view] || "";
  fill(table, what + against, heads, lines);
  return `${what}${against}. ` + lines.slice(0, 6).map((line) => `${line[0]}: ${heads[2].toLowerCase()} ${line[2]}`).join("; ") + ".";
}

function details(state) {
  const place = document.getElementById("run-details");
  if (state.run === null) {
    place.replaceChildren();
    return;
  }
  const row = state.run;
  const policy = POLICIES[POLICY[row]];
  const made = [element("h3", `${policy.title}, ${runName(row)}`)];
  made.push(element("p", `${policy.text ? `${policy.text}. ` : ""}Bodies: ${policy.bodies}. In tables and commands: ${policy.name}; run ${IDS[row]}.`));
  if (DATA.command) {
    const line = element("div", null, { class: "command" });
    const code = element("code", `${DATA.command} ${IDS[row]}`, { id: "command", tabindex: "0" });
    const button = element("button", "Copy the command", { type: "button", id: "copy" });
    button.addEventListener("click", () => copy(code));
    line.append(code, button, element("span", "runs it again alone and compares every number", { class: "soft" }));
    made.push(line);
  } else {
    made.push(element("p", "These results were not kept in a folder, so that no command runs this run again."));
  }
  const halves = element("div", null, { class: "halves" });
  const held = INPUTS.map((input) => {
    const found = numbers(input.values)[FUTURE[row]];
    return [input.path, input.kind === "choice" ? input.names[found] : said(found), input.unit];
  });
  halves.append(board("What its future is like", ["Input", "Value", "Unit"], held.length ? held : [["Futures differ in no input", "", ""]]));
  const mine = state.panels.concat(state.view === "scatter" && state.across.kind === "measure" ? [MEASURES[state.across.place]] : []);
  const slot = state.view === "years" ? YEARS.length - 1 : state.slot;
  halves.append(board(`What came of it, ${slotName(slot)}`, ["Measure", "Value", "Less the baseline", "Unit"], mine.map((measure) => [
    measure.title, said(value(measure, row, slot)), said(difference({ ...state, slot }, measure, row), true), measure.unit,
  ])));
  made.push(halves);
  if (policy.lines.length) {
    const more = element("details");
    more.append(element("summary", "How this policy differs from the study's baseline, in YAML"), element("pre", policy.lines.join("\n") + (policy.cut ? `\n… ${policy.cut} further lines` : "")));
    made.push(more);
  }
  place.replaceChildren(...made);
}
function board(title, heads, lines) {
  const table = element("table");
  table.append(element("caption"), element("thead"), element("tbody"));
  fill(table, title, heads, lines);
  return table;
}
function copy(code) {
  const done = () => tell("The command is on the clipboard.");
  const select = () => {
    const range = document.createRange();
    range.selectNodeContents(code);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    if (document.execCommand("copy")) done();
    else tell("The command is marked; copy it with Ctrl C.");
  };
  if (navigator.clipboard) navigator.clipboard.writeText(code.textContent).then(done, select);
  else select();
}
function tell(text) {
  document.getElementById("status").textContent = text;
}
