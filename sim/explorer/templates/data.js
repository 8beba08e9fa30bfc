"use strict";
// The numbers of the study: columns read when first asked for, choices of rows, and the statistics of the tables.
const DATA = JSON.parse(document.getElementById("data").textContent);
const KINDS = { u1: [Uint8Array, 255], i2: [Int16Array, -32768], f4: [Float32Array, NaN] };
const READ = new WeakMap();

function numbers(column) {
  let found = READ.get(column);
  if (found) return found;
  if (column.t === "c") {
    found = new Float32Array(column.n).fill(column.v === null ? NaN : column.v);
  } else {
    const [Kind, none] = KINDS[column.t];
    const text = atob(column.b);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
    found = new Kind(bytes.buffer);
    if (column.t !== "f4") found = Float32Array.from(found, (each) => (each === none ? NaN : each));
  }
  READ.set(column, found);
  return found;
}

const POLICIES = DATA.policies;
const MEASURES = DATA.measures;
const INPUTS = DATA.inputs;
const YEARS = DATA.years;
const SLOTS = YEARS.length + 1; // the last one is the mean over the years
const PARTS = 5; // quantiles of a band: 5, 25, 50, 75, 95 %
const IDS = DATA.rows.ids === "" ? [] : DATA.rows.ids.split(" ");
const POLICY = numbers(DATA.rows.policy);
const FUTURE = numbers(DATA.rows.future);
const REPLICATE = numbers(DATA.rows.replicate);
const ROW_AT = new Map();
IDS.forEach((_, row) => ROW_AT.set(key(POLICY[row], FUTURE[row], REPLICATE[row]), row));

function key(policy, future, replicate) {
  return (policy * DATA.futures.length + future) * DATA.replicates.length + replicate;
}
function partner(row, policy) {
  const found = ROW_AT.get(key(policy, FUTURE[row], REPLICATE[row]));
  return found === undefined ? -1 : found;
}
function value(measure, row, slot) {
  return numbers(measure.values)[row * SLOTS + slot];
}

// Rows that the reader has chosen: policies, and futures whose inputs lie within the ranges.
function keptRows(state) {
  const future = keptFutures(state);
  const rows = [];
  for (let row = 0; row < IDS.length; row += 1) {
    if (state.policies.has(POLICY[row]) && future[FUTURE[row]]) rows.push(row);
  }
  return rows;
}
function keptFutures(state) {
  const kept = new Uint8Array(DATA.futures.length).fill(1);
  state.ranges.forEach((range, place) => {
    if (range === null) return;
    const own = numbers(INPUTS[place].values);
    for (let i = 0; i < kept.length; i += 1) {
      const inside = range.names ? range.names.has(own[i]) : own[i] >= range.low && own[i] <= range.high;
      if (!inside) kept[i] = 0;
    }
  });
  return kept;
}

function quantile(ordered, part) {
  if (ordered.length === 0) return NaN;
  const spot = part * (ordered.length - 1);
  const low = Math.floor(spot);
  const high = Math.min(low + 1, ordered.length - 1);
  return ordered[low] + (ordered[high] - ordered[low]) * (spot - low);
}
function known(values) {
  return Float64Array.from(values.filter((each) => !Number.isNaN(each))).sort();
}
function quantiles(ordered) {
  return [0.05, 0.25, 0.5, 0.75, 0.95].map((part) => quantile(ordered, part));
}

// Quantiles of a policy by year: over all runs of the study where nothing is filtered, else over the page's runs.
function bandOf(measure, policy, rows, filtered) {
  const found = { n: [], parts: [] };
  for (let slot = 0; slot < SLOTS; slot += 1) {
    if (!filtered) {
      const at = (policy * SLOTS + slot) * PARTS;
      found.parts.push(Array.from(numbers(measure.bands).subarray(at, at + PARTS)));
      found.n.push(numbers(measure.counts)[policy * SLOTS + slot]);
    } else {
      const own = known(rows.filter((row) => POLICY[row] === policy).map((row) => value(measure, row, slot)));
      found.parts.push(quantiles(own));
      found.n.push(own.length);
    }
  }
  return found;
}

// Mean with Student's 95 % interval: over the means of futures where there are enough of them, else over runs.
function meanOf(pairs) {
  const futures = new Map();
  for (const [row, each] of pairs) {
    const held = futures.get(FUTURE[row]) || [0, 0];
    futures.set(FUTURE[row], [held[0] + each, held[1] + 1]);
  }
  const many = futures.size >= DATA.counts.few;
  const units = many ? [...futures.values()].map(([sum, n]) => sum / n) : pairs.map(([, each]) => each);
  const n = units.length;
  if (n === 0) return { mean: NaN, low: NaN, high: NaN, units: 0, many };
  const mean = units.reduce((sum, each) => sum + each, 0) / n;
  if (n < 2) return { mean, low: NaN, high: NaN, units: n, many };
  const spread = Math.sqrt(units.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (n - 1));
  const half = DATA.student[Math.min(n - 1, DATA.student.length) - 1] * (spread / Math.sqrt(n));
  return { mean, low: mean - half, high: mean + half, units: n, many };
}

function ranks(values) {
  const order = values.map((_, place) => place).sort((a, b) => values[a] - values[b]);
  const found = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end + 1 < order.length && values[order[end + 1]] === values[order[start]]) end += 1;
    for (let i = start; i <= end; i += 1) found[order[i]] = (start + end) / 2;
    start = end + 1;
  }
  return found;
}
function spearman(first, second) {
  const [a, b] = [ranks(first), ranks(second)];
  const middle = (a.length - 1) / 2;
  let [up, left, right] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    up += (a[i] - middle) * (b[i] - middle);
    left += (a[i] - middle) ** 2;
    right += (b[i] - middle) ** 2;
  }
  return left > 0 && right > 0 ? up / Math.sqrt(left * right) : NaN;
}

function said(number, signed = false) {
  if (number === null || number === undefined || Number.isNaN(number)) return "–";
  const size = Math.abs(number);
  let text;
  if (size === 0) text = "0";
  else if (size >= 1000) text = Math.round(size).toLocaleString("en-US");
  else if (size < 1e-4) text = size.toExponential(1);
  else text = String(Number(size.toPrecision(4)));
  return (number < 0 ? "−" : signed && number > 0 ? "+" : "") + text;
}
// Text of a study inside a figure: the library reads tags and %{...} in what it draws.
function plain(text) {
  return String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/%\{/g, "%\u200b{");
}
function folded(text, letters) {
  const lines = [""];
  for (const word of String(text).split(/\s+/)) {
    const last = lines[lines.length - 1];
    if (last && (last + " " + word).length > letters) lines.push(word.slice(0, letters * 2));
    else lines[lines.length - 1] = last ? last + " " + word : word.slice(0, letters * 2);
  }
  const cut = lines.slice(0, 3);
  if (lines.length > 3) cut[2] += " …";
  return cut.map(plain).join("<br>");
}
