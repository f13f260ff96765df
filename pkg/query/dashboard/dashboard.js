// The dashboard asks the same questions that anybody may ask, every two seconds, and shows the answers.

const $ = (id) => document.getElementById(id);
const every = 2000;
let key = sessionStorage.getItem("weir-key") ?? "";

/** ask gets an answer; it throws what the problem says. */
async function ask(path) {
  const response = await fetch(path, { headers: key ? { Authorization: `Bearer ${key}` } : {} });
  if (response.status === 401 || response.status === 403) $("gate").hidden = false;
  const body = await response.json();
  if (!response.ok) throw new Error(body.title);
  return body;
}

const metric = (id, query) => ask(`/v1/metrics/${id}?${query}`);

/** node makes an element, of SVG where the parent is. */
function node(parent, name, attributes = {}, text) {
  const made = document.createElementNS(parent.namespaceURI, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  if (text !== undefined) made.textContent = text;
  parent.append(made);
  return made;
}

const number = (options) => (value) => (value === null ? "–" : new Intl.NumberFormat(undefined, options).format(value));
const count = number({});
const percent = number({ style: "percent", maximumFractionDigits: 1 });
const money = (value, currency) =>
  number({ style: "currency", currency, notation: "compact", maximumSignificantDigits: 3 })(value);
const days = (seconds) => (seconds === null ? "–" : `${number({ maximumFractionDigits: 1 })(seconds / 86400)} days`);
const range = (interval) => (interval ? `${percent(interval[0])} – ${percent(interval[1])}` : "");
const sample = (value, what) => `${count(value.n)} ${what}${value.low_sample ? " · small sample" : ""}`;

// The figures on top: which metric in which window, and how its answer reads.
const figures = [
  { title: "Bookings, this quarter", id: "bookings", query: "window=qtd",
    show: (v, a) => money(v.value, a.currency), about: (v) => sample(v, "deals won") },
  { title: "Win rate, 90 days", id: "win_rate", query: "window=90d",
    show: (v) => percent(v.value), about: (v) => (v.interval ? `${range(v.interval)} · ` : "") + sample(v, "decided") },
  { title: "Open pipeline", id: "open_pipeline", query: "",
    show: (v, a) => money(v.value, a.currency), about: (v) => sample(v, "deals with an amount") },
  { title: "Weighted pipeline", id: "weighted_pipeline", query: "",
    show: (v, a) => money(v.value, a.currency), about: (v) => sample(v, "deals weighed") },
  { title: "Sales cycle, 90 days", id: "sales_cycle_length", query: "window=90d",
    show: (v) => days(v.value), about: (v) => `median · ${sample(v, "won")}` },
];

for (const figure of figures) {
  const card = node($("figures"), "div", { class: "figure" });
  node(card, "h2", {}, figure.title);
  figure.value = node(card, "p", { class: "value" }, "–");
  figure.note = node(card, "p", { class: "about" });
  figure.card = card;
}

function drawFigure(figure, answer) {
  const [value] = answer.values;
  figure.value.textContent = figure.show(value, answer);
  figure.note.textContent = figure.about(value);
}

/** drawWeeks draws a bar for each week. */
function drawWeeks(answer) {
  const svg = $("weeks"), width = 720, floor = 150, top = 18;
  const weeks = (answer.series ?? []).map((step) => ({ ...step, won: step.values[0]?.value ?? 0 }));
  const most = Math.max(1, ...weeks.map((week) => week.won));
  const wide = width / Math.max(1, weeks.length);
  svg.replaceChildren();
  svg.setAttribute("aria-label", `Deals won by week: ${weeks.map((w) => `from ${w.from} ${w.won}`).join(", ")}`);
  node(svg, "line", { x1: 0, x2: width, y1: floor, y2: floor });
  node(svg, "line", { x1: 0, x2: width, y1: top, y2: top });
  node(svg, "text", { x: 0, y: top - 5 }, count(most));
  weeks.forEach((week, i) => {
    const height = ((floor - top) * week.won) / most;
    const bar = node(svg, "rect", {
      x: i * wide + 2, y: floor - height, width: Math.max(1, wide - 4), height, rx: 2, class: i === weeks.length - 1 ? "open" : "",
    });
    node(bar, "title", {}, `${week.from}: ${week.won}`);
  });
  if (weeks.length > 0) {
    node(svg, "text", { x: 0, y: floor + 18 }, weeks[0].from);
    node(svg, "text", { x: width, y: floor + 18, "text-anchor": "end" }, weeks.at(-1).to);
  }
}

/** row adds a line to a table, with a bar of a share behind its name. */
function row(body, name, share, ...cells) {
  const line = node(body, "tr");
  const head = node(line, "th", { scope: "row" }, name);
  node(head, "span", { class: "bar", "aria-hidden": "true" }).style.width = `${Math.round(100 * share)}%`;
  for (const cell of cells) node(line, "td", {}, cell);
  return line;
}

/** table fills a table, or says that there is nothing. */
function table(body, values, columns, fill) {
  body.replaceChildren();
  values.forEach(fill);
  if (values.length === 0) node(node(body, "tr"), "td", { colspan: columns }, "Nothing yet");
}

function drawStages(pipeline, deals) {
  const open = new Map(deals.values.map((value) => [value.dimensions.stage, value.value]));
  const values = pipeline.values.filter((value) => open.get(value.dimensions.stage) > 0);
  const most = Math.max(1, ...values.map((value) => value.value));
  table($("stages"), values, 3, (value) => {
    const stage = value.dimensions.stage;
    row($("stages"), stage, value.value / most, money(value.value, pipeline.currency), count(open.get(stage)));
  });
}

function drawSteps(answer) {
  table($("steps"), answer.values, 4, (value) => {
    const line = row($("steps"), value.dimensions.stage, value.value ?? 0, percent(value.value), range(value.interval), count(value.n));
    if (value.low_sample) line.lastChild.className = "small";
  });
}

function drawState(answer) {
  const { lag_events: lag, watermark } = answer.freshness;
  const latest = watermark ? `latest event ${new Date(watermark).toLocaleString()}` : "no events yet";
  say(lag > 0 ? "late" : "live", lag > 0 ? `${count(lag)} events behind · ${latest}` : `Live · ${latest}`);
  $("position").textContent = answer.position ? `as of ${answer.as_of}, position ${answer.position}` : "";
}

function say(state, text) {
  $("state").dataset.state = state;
  const line = $("state").querySelector("span");
  if (line.textContent !== text) line.textContent = text;
}

async function refresh() {
  const [weeks, pipeline, deals, steps, ...answers] = await Promise.all([
    metric("deals_won", "window=180d&step=week"),
    metric("open_pipeline", "by=stage"),
    metric("open_deals", "by=stage"),
    metric("stage_conversion_rate", "window=365d&by=stage"),
    ...figures.map((figure) => metric(figure.id, figure.query)),
  ]);
  $("gate").hidden = true;
  figures.forEach((figure, i) => drawFigure(figure, answers[i]));
  drawWeeks(weeks);
  drawStages(pipeline, deals);
  drawSteps(steps);
  drawState(answers[0]);
}

/** explain says, once, on each figure what it means. */
async function explain() {
  const { metrics } = await ask("/v1/metrics");
  for (const figure of figures) figure.card.title = metrics.find((entry) => entry.id === figure.id)?.sentence ?? "";
}

let explained = false;
async function turn() {
  try {
    if (!document.hidden) {
      await refresh();
      if (!explained) await explain();
      explained = true;
    }
  } catch (problem) {
    say("lost", problem.message);
  }
  setTimeout(turn, every);
}

$("open").addEventListener("click", () => {
  key = $("key").value.trim();
  sessionStorage.setItem("weir-key", key);
});

turn();
