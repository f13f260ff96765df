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
const percent = number({ style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
const whole = number({ style: "percent" });
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
    show: (v) => percent(v.value), about: (v) => (v.interval ? `${v.interval.map(whole).join(" – ")} · ` : "") + sample(v, "decided") },
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

/** drawWeeks draws a bar for each week, in the size that the page has for it. */
function drawWeeks(answer) {
  const svg = $("weeks"), { width, height: tall } = svg.getBoundingClientRect();
  const floor = tall - 22, top = 20;
  const weeks = (answer.series ?? []).map((step) => ({ ...step, won: step.values[0]?.value ?? 0 }));
  const most = Math.max(1, ...weeks.map((week) => week.won));
  const wide = width / Math.max(1, weeks.length);
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${width} ${tall}`);
  svg.setAttribute("aria-label", `Deals won by week: ${weeks.map((w) => `from ${w.from} ${w.won}`).join(", ")}`);
  for (const [share, text] of [[1, count(most)], [0.5, most % 2 ? "" : count(most / 2)], [0, ""]]) {
    const y = floor - (floor - top) * share;
    if (share === 0 || text) node(svg, "line", { x1: 0, x2: width, y1: y, y2: y });
    node(svg, "text", { x: 0, y: y - 5 }, text);
  }
  weeks.forEach((week, i) => {
    const height = ((floor - top) * week.won) / most, gap = wide / 6;
    const bar = node(svg, "rect", {
      x: i * wide + gap, y: floor - height, width: wide - 2 * gap, height, rx: 2, class: i === weeks.length - 1 ? "open" : "",
    });
    node(bar, "title", {}, `${week.from}: ${week.won}`);
  });
  if (weeks.length > 0) {
    node(svg, "text", { x: 0, y: tall - 5 }, weeks[0].from);
    node(svg, "text", { x: width, y: tall - 5, "text-anchor": "end" }, weeks.at(-1).from);
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

// How a period's pipeline changes, in the order in which it adds up; the sign is how it counts.
const changes = [
  ["opening", "Opening", 0], ["created", "Created", 1], ["moved_in", "Moved in", 1], ["up", "Amounts up", 1], ["reopened", "Reopened", 1],
  ["down", "Amounts down", -1], ["won", "Won", -1], ["lost", "Lost", -1], ["moved_out", "Moved out", -1], ["removed", "Removed", -1],
  ["closing", "Closing", 0],
];

function drawFlow(answer) {
  const [flow] = answer.values;
  const most = Math.max(1, ...changes.map(([id]) => flow?.[id] ?? 0));
  $("period").textContent = `in ${answer.window.from.slice(0, 7)}`;
  $("currency").textContent = `${answer.currency}${flow && !flow.balanced ? "; these do not add up" : ""}`;
  table($("flow"), flow ? changes : [], 3, ([id, title, sign]) => {
    const amount = `${flow[id] > 0 ? ["−", "", "+"][sign + 1] : ""}${money(flow[id], answer.currency)}`;
    const line = row($("flow"), title, flow[id] / most, amount, count(flow.counts[id]));
    line.className = sign === 0 ? "sum" : sign < 0 ? "ebb" : "";
    line.lastChild.className = "soft";
  });
}

function drawStages(pipeline, deals, steps) {
  const open = new Map(deals.values.map((value) => [value.dimensions.stage, value.value]));
  const order = steps.values.map((value) => value.dimensions.stage);
  const place = (value) => (order.indexOf(value.dimensions.stage) + order.length + 1) % (order.length + 1); // an unlisted one last
  const values = pipeline.values.filter((value) => open.get(value.dimensions.stage) > 0)
    .sort((a, b) => place(a) - place(b));
  const most = Math.max(1, ...values.map((value) => value.value));
  table($("stages"), values, 3, (value) => {
    const stage = value.dimensions.stage;
    row($("stages"), stage, value.value / most, money(value.value, pipeline.currency), count(open.get(stage)));
  });
}

function drawSteps(answer) {
  table($("steps"), answer.values, 4, (value) => {
    const line = row($("steps"), value.dimensions.stage, value.value ?? 0, percent(value.value), range(value.interval), count(value.n));
    line.children[2].className = "soft wide";
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
  drawStages(pipeline, deals, steps);
  drawSteps(steps);
  drawState(answers[0]);
  drawFlow(await ask(`/v1/pipeline/flow?window=${answers[0].as_of.slice(0, 7)}`));
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

$("gate").addEventListener("submit", (event) => {
  event.preventDefault();
  key = $("key").value.trim();
  sessionStorage.setItem("weir-key", key);
});

turn();
