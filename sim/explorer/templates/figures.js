// The four figures. Each takes the reader's choices and returns traces, panels and sentences for the caption.
const GL = (() => {
  try {
    return document.createElement("canvas").getContext("webgl") !== null;
  } catch {
    return false;
  }
})();
const MOST_WITHOUT_GL = 2000;
const MOST_LINES = 60;

function spreadEvenly(rows, most) {
  if (rows.length <= most) return rows;
  return Array.from({ length: most }, (_, place) => rows[Math.floor((place * rows.length) / most)]);
}
function drawable(rows, notes) {
  if (GL || rows.length <= MOST_WITHOUT_GL) return rows;
  notes.push(`This browser has no WebGL: ${MOST_WITHOUT_GL.toLocaleString("en-US")} of the runs are drawn as points; the table counts all.`);
  return spreadEvenly(rows, MOST_WITHOUT_GL);
}
function jitter(row) {
  const mixed = Math.sin((row + 1) * 12.9898) * 43758.5453;
  return (mixed - Math.floor(mixed) - 0.5) * 0.62;
}
function runName(row) {
  return `future ${DATA.futures[FUTURE[row]]}, replicate ${DATA.replicates[REPLICATE[row]]}`;
}
function axes(panel) {
  return panel === 0 ? { xaxis: "x", yaxis: "y" } : { xaxis: `x${panel + 1}`, yaxis: `y${panel + 1}` };
}
function legendEntry(policy, panel) {
  return { name: folded(POLICIES[policy].title, 34), legendgroup: `p${policy}`, showlegend: panel === 0 };
}
function points(policy, panel, rows, xs, ys, hover) {
  const look = POLICIES[policy];
  return {
    ...axes(panel), ...legendEntry(policy, panel), type: GL ? "scattergl" : "scatter", mode: "markers",
    x: xs, y: ys, customdata: rows, text: rows.map(runName), hovertemplate: hover,
    marker: { color: look.colour, symbol: look.marker, size: rows.length > 1500 ? 4 : 6, opacity: rows.length > 1500 ? 0.45 : 0.65 },
  };
}
function chosenMark(panel, x, y) {
  return {
    ...axes(panel), type: "scatter", mode: "markers", x: [x], y: [y], showlegend: false, hoverinfo: "skip",
    marker: { symbol: "circle-open", size: 17, color: "#000000", line: { width: 3 } },
  };
}
function boxOf(policy, panel, at, ordered) {
  const [low, q1, median, q3, high] = quantiles(ordered);
  return {
    ...axes(panel), type: "box", x: [at], q1: [q1], median: [median], q3: [q3], lowerfence: [low], upperfence: [high],
    width: 0.72, showlegend: false, hoverinfo: "skip", fillcolor: "rgba(255,255,255,0.35)",
    line: { color: "#222222", width: 1.6 }, legendgroup: `p${policy}`,
  };
}
function shade(colour, alpha) {
  const held = colour === "#000000" ? "#8a8a8a" : colour;
  return `rgba(${[1, 3, 5].map((at) => parseInt(held.slice(at, at + 2), 16)).join(",")},${alpha})`;
}

function years(state, rows) {
  const notes = [];
  const traces = [];
  const order = [...state.policies];
  const shaded = order.length <= 3 ? order : [order.includes(DATA.baseline) ? DATA.baseline : order[0]];
  state.panels.forEach((measure, panel) => {
    const at = YEARS.map((_, slot) => slot).filter((slot) => !(measure.flow && slot === 0));
    const bands = new Map(order.map((policy) => [policy, bandOf(measure, policy, rows, state.filtered)]));
    for (const policy of shaded) {
      const { parts } = bands.get(policy);
      const kept = at.filter((slot) => !Number.isNaN(parts[slot][2]));
      for (const [low, high, alpha] of [[0, 4, 0.14], [1, 3, 0.24]]) {
        traces.push({
          ...axes(panel), type: "scatter", mode: "lines", line: { width: 0 }, fill: "toself", hoverinfo: "skip",
          x: [...kept, ...[...kept].reverse()].map((slot) => YEARS[slot]), legendgroup: `p${policy}`, showlegend: false,
          y: [...kept.map((slot) => parts[slot][high]), ...[...kept].reverse().map((slot) => parts[slot][low])],
          fillcolor: shade(POLICIES[policy].colour, alpha),
        });
      }
    }
    if (state.single) traces.push(...singleRuns(state, rows, measure, panel, at));
    for (const policy of order) {
      const { parts, n } = bands.get(policy);
      const look = POLICIES[policy];
      traces.push({
        ...axes(panel), ...legendEntry(policy, panel), type: "scatter", mode: "lines+markers",
        x: at.map((slot) => YEARS[slot]), y: at.map((slot) => parts[slot][2]),
        line: { color: look.colour, dash: look.dash, width: 2.4 }, marker: { symbol: look.marker, size: 6, color: look.colour },
        text: at.map((slot) => `median ${said(parts[slot][2])}<br>50 % of runs: ${said(parts[slot][1])} to ${said(parts[slot][3])}<br>` +
          `90 % of runs: ${said(parts[slot][0])} to ${said(parts[slot][4])}<br>n = ${n[slot].toLocaleString("en-US")}`),
        hovertemplate: "%{x}<br>%{text}",
      });
    }
    if (state.run !== null) {
      traces.push({
        ...axes(panel), type: "scatter", mode: "lines+markers", x: at.map((slot) => YEARS[slot]), showlegend: false,
        y: at.map((slot) => value(measure, state.run, slot)), line: { color: "#000000", width: 3, dash: "dot" },
        marker: { symbol: "circle-open", size: 10, color: "#000000", line: { width: 2 } }, hoverinfo: "y",
      });
    }
  });
  notes.push("Lines: median over the runs of a policy. Bands: the middle 50 % and 90 % of its runs, year by year" +
    `${order.length > 3 ? `, of “${POLICIES[shaded[0]].title}” alone` : ""}.`);
  notes.push(state.filtered ? "They count the runs on the page in the chosen futures." : "They count all runs of the study.");
  if (state.single) notes.push(`Thin lines: ${Math.min(MOST_LINES, rows.length)} of ${rows.length.toLocaleString("en-US")} single runs, spread evenly.`);
  return { traces, notes, x: { title: "year", dtick: YEARS.length > 8 ? 2 : 1, tickformat: "d" } };
}
function singleRuns(state, rows, measure, panel, at) {
  const drawn = spreadEvenly(rows, MOST_LINES);
  return [...state.policies].map((policy) => {
    const [xs, ys, held] = [[], [], []];
    for (const row of drawn.filter((each) => POLICY[each] === policy)) {
      for (const slot of at) {
        xs.push(YEARS[slot]);
        ys.push(value(measure, row, slot));
        held.push(row);
      }
      xs.push(null);
      ys.push(null);
      held.push(row);
    }
    return {
      ...axes(panel), type: "scatter", mode: "lines+markers", x: xs, y: ys, customdata: held, text: held.map(runName), showlegend: false,
      line: { color: POLICIES[policy].colour, width: 0.8 }, marker: { size: 4, color: POLICIES[policy].colour }, opacity: 0.4,
      name: folded(POLICIES[policy].title, 34), hovertemplate: "%{text}<br>%{x}: %{y:.4g}",
    };
  });
}

function byPolicy(state, rows, valueOf, order) {
  const notes = [];
  const traces = [];
  state.panels.forEach((measure, panel) => {
    order.forEach((policy, at) => {
      const own = rows.filter((row) => POLICY[row] === policy && !Number.isNaN(valueOf(measure, row)));
      const drawn = drawable(own, panel + at === 0 ? notes : []);
      traces.push(points(policy, panel, drawn, drawn.map((row) => at + jitter(row)), drawn.map((row) => valueOf(measure, row)), "%{text}<br>%{y:.4g}"));
      const ordered = known(own.map((row) => valueOf(measure, row)));
      if (ordered.length > 1) traces.push(boxOf(policy, panel, at, ordered));
      if (state.run !== null && POLICY[state.run] === policy && own.includes(state.run)) {
        traces.push(chosenMark(panel, at + jitter(state.run), valueOf(measure, state.run)));
      }
    });
  });
  const letters = Math.max(9, Math.floor(100 / Math.max(1, order.length) / Math.min(2, state.panels.length)));
  const x = { tickvals: order.map((_, at) => at), ticktext: order.map((policy) => folded(POLICIES[policy].title, letters)), range: [-0.6, order.length - 0.4], zeroline: false, showgrid: false };
  notes.push("Points: single runs, side by side at random. Boxes: the middle 50 % of runs with their median, whiskers the middle 90 %.");
  return { traces, notes, x };
}
function spread(state, rows) {
  return byPolicy(state, rows, (measure, row) => value(measure, row, state.slot), [...state.policies]);
}
function difference(state, measure, row) {
  const other = partner(row, state.baseline);
  return other < 0 ? NaN : value(measure, row, state.slot) - value(measure, other, state.slot);
}
function paired(state, rows) {
  const order = [...state.policies].filter((policy) => policy !== state.baseline);
  const found = byPolicy(state, rows, (measure, row) => difference(state, measure, row), order);
  state.panels.forEach((measure, panel) => {
    if (measure.heavy) return;
    const means = order.map((policy) => meanOf(pairsOf(state, measure, rows, policy)));
    found.traces.push({
      ...axes(panel), type: "scatter", mode: "markers", x: order.map((_, at) => at + 0.41), y: means.map((each) => each.mean), showlegend: false,
      marker: { symbol: "diamond", size: 9, color: "#ffffff", line: { color: "#000000", width: 2 } },
      error_y: { type: "data", array: means.map((each) => each.high - each.mean), color: "#000000", thickness: 2, width: 5 },
      text: means.map((each) => `mean ${said(each.mean, true)}<br>95 % interval ${said(each.low)} to ${said(each.high)}`), hovertemplate: "%{text}<extra></extra>",
    });
  });
  found.notes.push(`Each point is a run less the run of “${POLICIES[state.baseline].title}” in the same future and replicate. Values on this page carry seven significant digits.`);
  if (state.panels.some((each) => !each.heavy)) found.notes.push("Diamonds: mean with its 95 % interval (Student), not corrected for several comparisons.");
  found.paired = true;
  return found;
}
function pairsOf(state, measure, rows, policy) {
  return rows.filter((row) => POLICY[row] === policy).map((row) => [row, difference(state, measure, row)]).filter(([, each]) => !Number.isNaN(each));
}

function acrossValue(state, row) {
  if (state.across.kind === "input") return numbers(INPUTS[state.across.place].values)[FUTURE[row]];
  return value(MEASURES[state.across.place], row, state.slot);
}
function scatter(state, rows) {
  const notes = [];
  const traces = [];
  const choice = state.across.kind === "input" && INPUTS[state.across.place].kind === "choice";
  state.panels.forEach((measure, panel) => {
    for (const policy of state.policies) {
      const own = rows.filter((row) => POLICY[row] === policy && !Number.isNaN(acrossValue(state, row)) && !Number.isNaN(value(measure, row, state.slot)));
      const drawn = drawable(own, traces.length ? [] : notes);
      const xs = drawn.map((row) => acrossValue(state, row) + (choice ? jitter(row) : 0));
      traces.push(points(policy, panel, drawn, xs, drawn.map((row) => value(measure, row, state.slot)), choice ? "%{text}<br>%{y:.4g}" : "%{text}<br>across %{x:.4g}<br>up %{y:.4g}"));
    }
    if (state.run !== null && rows.includes(state.run)) {
      traces.push(chosenMark(panel, acrossValue(state, state.run) + (choice ? jitter(state.run) : 0), value(measure, state.run, state.slot)));
    }
  });
  const own = state.across.kind === "input" ? INPUTS[state.across.place] : MEASURES[state.across.place];
  const title = state.across.kind === "input" ? `${own.path}${own.unit ? ` [${own.unit}]` : ""}` : `${own.title} [${own.unit}]`;
  const x = { title: plain(title), zeroline: false };
  if (choice) Object.assign(x, { tickvals: own.names.map((_, at) => at), ticktext: own.names.map((name) => folded(name, 18)) });
  notes.push("Each point is a run. Points in a row do not show a cause: futures differ in all inputs at once.");
  return { traces, notes, x, scatter: true };
}
