// Draws the tables of components/chart.html. The table is the source and stays; a picture is added above or beside it.
"use strict";

(() => {
  const SERIES = ["--canal", "--brick", "--info", "--warning"];
  let library;

  function fetchLibrary(address) {
    library ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.addEventListener("load", () => resolve(window.Chart));
      script.addEventListener("error", reject);
      document.head.append(script);
    });
    return library;
  }

  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const language = () => document.documentElement.lang || "fr";

  // What the table says, from left to right.
  function read(figure) {
    const rows = [...figure.querySelectorAll("tbody tr")].map((row) => ({
      at: row.dataset.at === undefined ? null : Number(row.dataset.at),
      label: row.querySelector("th").textContent.trim(),
      cells: [...row.querySelectorAll("td[data-value]")].map((cell) => ({
        value: cell.dataset.value === "" ? null : Number(cell.dataset.value),
        text: cell.textContent.trim(),
      })),
    }));
    if (rows.some((row) => row.at !== null)) rows.sort((one, other) => one.at - other.at);
    return {
      rows,
      names: [...figure.querySelectorAll("th[data-series]")].map((heading) => heading.textContent.trim()),
      pale: [...figure.querySelectorAll("th[data-series]")].map((heading) => heading.dataset.series === "pale"),
      lines: [...figure.querySelectorAll(".chart-line")].map((line) => ({ label: line.textContent, value: Number(line.value) })),
      isDated: rows.length > 0 && rows.every((row) => row.at !== null),
    };
  }

  function datasets(figure, table) {
    const isBar = figure.dataset.chart !== "line";
    const isAcross = figure.dataset.chart === "across";
    const place = (row, index) => (table.isDated ? row.at : isBar ? row.label : index);
    const drawn = table.names.map((name, number) => {
      const colour = token(table.pale[number] ? "--canal-line" : SERIES[number % SERIES.length]);
      return {
        label: name,
        data: table.rows.map((row, index) =>
          isAcross ? { x: row.cells[number].value, y: row.label } : { x: place(row, index), y: row.cells[number].value }),
        borderColor: colour,
        backgroundColor: colour,
        borderWidth: 2,
        pointRadius: 4,
        pointHoverRadius: 6,
        pointStyle: ["circle", "rectRot", "triangle", "rect"][number % 4],
        borderRadius: isBar ? 4 : 0,
        maxBarThickness: 56,
        spanGaps: true,
        tension: 0,
      };
    });
    const ends = table.rows.length ? [table.rows[0], table.rows[table.rows.length - 1]] : [];
    const thresholds = table.lines.map((line) => ({
      type: "line",
      label: line.label,
      data: ends.map((row) => ({ x: place(row, row === ends[0] ? 0 : table.rows.length - 1), y: line.value })),
      borderColor: token("--danger"),
      backgroundColor: token("--danger"),
      borderDash: [6, 5],
      borderWidth: 1.5,
      pointRadius: 0,
      pointHitRadius: 0,
      pointStyle: "line",
    }));
    return [...drawn, ...thresholds];
  }

  function horizontal(figure, table) {
    const words = { color: token("--ink-soft"), maxRotation: 0, autoSkipPadding: 16 };
    if (table.isDated) {
      const span = table.rows[table.rows.length - 1].at - table.rows[0].at;
      const short = new Intl.DateTimeFormat(language(), span > 300 * 864e5 ? { month: "short", year: "numeric" } : { day: "numeric", month: "short" });
      const room = Math.max(span * 0.03, 432e5);
      return {
        type: "linear",
        min: table.rows[0].at - room,
        max: table.rows[table.rows.length - 1].at + room,
        grid: { display: false },
        ticks: { ...words, callback: (value) => short.format(value) },
        // A mark where something was measured, not at round numbers of milliseconds.
        afterBuildTicks: (axis) => { axis.ticks = [...new Set(table.rows.map((row) => row.at))].map((value) => ({ value })); },
      };
    }
    if (figure.dataset.chart !== "line") return { type: "category", grid: { display: false }, ticks: { ...words, maxRotation: 45 } };
    return { type: "linear", grid: { display: false }, ticks: { ...words, stepSize: 1, callback: (value) => table.rows[value]?.label ?? "" } };
  }

  // Names that are too long for the room beside the bars are cut; the table has them whole.
  const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

  function axes(figure, table) {
    const number = new Intl.NumberFormat(language());
    const isBar = figure.dataset.chart !== "line";
    const values = {
      beginAtZero: isBar,
      grace: isBar ? 0 : "10%",
      grid: { color: token("--flax") },
      ticks: { color: token("--ink-soft"), maxTicksLimit: 6, callback: (value) => number.format(value) },
      title: { display: Boolean(figure.dataset.unit), text: figure.dataset.unit, color: token("--ink-soft") },
    };
    if (figure.dataset.chart !== "across") return { x: horizontal(figure, table), y: { ...values, grace: "10%" } };
    const most = figure.clientWidth < 600 ? 20 : 48;
    return {
      x: values,
      y: {
        type: "category",
        grid: { display: false },
        ticks: { color: token("--ink-soft"), autoSkip: false, callback: (index) => short(table.rows[index]?.label ?? "", most) },
      },
    };
  }

  function options(figure, table) {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const isBar = figure.dataset.chart !== "line";
    const isAcross = figure.dataset.chart === "across";
    return {
      animation: still ? false : { duration: 250 },
      maintainAspectRatio: false,
      indexAxis: isAcross ? "y" : "x",
      interaction: { mode: isBar ? "index" : "nearest", axis: isAcross ? "y" : "x", intersect: false },
      layout: { padding: { right: 8, top: 4 } },
      scales: axes(figure, table),
      plugins: {
        legend: {
          display: table.names.length + table.lines.length > 1,
          position: "bottom",
          labels: { color: token("--ink"), usePointStyle: true, boxHeight: 7 },
        },
        tooltip: {
          filter: (item) => item.datasetIndex < table.names.length,
          callbacks: {
            title: (items) => (items.length ? table.rows[items[0].dataIndex].label : ""),
            label: (item) => {
              const text = table.rows[item.dataIndex].cells[item.datasetIndex].text;
              return table.names.length > 1 ? `${table.names[item.datasetIndex]} : ${text}` : text;
            },
          },
        },
      },
    };
  }

  async function draw(figure) {
    const table = read(figure);
    // One point is no curve: the table says it better.
    const least = figure.dataset.chart === "line" ? 2 : 1;
    if (figure.dataset.drawn || table.rows.length < least) return;
    figure.dataset.drawn = "yes";
    let Chart;
    try {
      Chart = await fetchLibrary(figure.dataset.library);
    } catch {
      return;
    }
    const picture = figure.querySelector(".chart-picture");
    picture.hidden = false;
    const isAcross = figure.dataset.chart === "across";
    // As high as its bars need.
    if (isAcross) picture.style.height = `${Math.max(12, table.rows.length * (table.names.length > 1 ? 2.25 : 1.5) + 5)}rem`;
    Chart.defaults.font.family = token("--font");
    new Chart(picture.querySelector("canvas"), {
      type: isAcross ? "bar" : figure.dataset.chart,
      data: { datasets: datasets(figure, table) },
      options: options(figure, table),
    });
  }

  const drawAll = (root) => root.querySelectorAll?.("figure[data-chart]").forEach(draw);
  drawAll(document);
  document.addEventListener("htmx:load", (event) => drawAll(event.target.parentElement ?? document));
})();
