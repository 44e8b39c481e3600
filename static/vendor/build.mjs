// Rebuilds static/vendor from npm packages and writes README.md. Usage, from an empty directory outside the project:
//   npm install --ignore-scripts bootstrap htmx.org bootstrap-icons @fontsource-variable/hanken-grotesk @event-calendar/build chart.js sass
//   node <project>/static/vendor/build.mjs .
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const work = resolve(process.argv[2] ?? ".");
const modules = join(work, "node_modules");
const sass = createRequire(join(work, "x.js"))("sass");
const rows = [];

function open(name, short = name.split("/").pop()) {
  const meta = JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8"));
  for (const old of readdirSync(here)) {
    if (old.startsWith(`${short}-`) && /-\d[\d.]*$/.test(old)) rmSync(join(here, old), { recursive: true });
  }
  const folder = `${short}-${meta.version}`;
  mkdirSync(join(here, folder), { recursive: true });
  const licence = join(modules, name, "LICENSE");
  if (existsSync(licence)) copyFileSync(licence, join(here, folder, "LICENSE"));
  return { name, folder, version: meta.version, licence: meta.license, from: join(modules, name) };
}

function keep(lib, file, content) {
  const path = join(here, lib.folder, file);
  writeFileSync(path, content);
  const sha = createHash("sha256").update(readFileSync(path)).digest("hex");
  rows.push(`| ${lib.name} | ${lib.version} | ${lib.licence} | \`${lib.folder}/${file}\` | \`${sha}\` |`);
}

const bootstrap = open("bootstrap");
const compiled = sass.compile(join(here, "bootstrap.scss"), {
  loadPaths: [join(bootstrap.from, "scss")], style: "compressed", quietDeps: true, silenceDeprecations: ["import"],
});
// In a layer of its own, so that any rule of ours wins without a contest of selectors.
const css = compiled.css.replace(/^\uFEFF|^@charset "UTF-8";/, "");
if (css.includes("data:")) throw new Error("a data: image is left in Bootstrap; the content security policy refuses it");
keep(bootstrap, "bootstrap.min.css", `/*! Bootstrap ${bootstrap.version} | MIT | built from bootstrap.scss */\n@layer bootstrap{${css}}\n`);
const svg = (box, body) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}">${body}</svg>\n`;
const stroke = (colour, width, d) => `<path fill="none" stroke="${colour}" stroke-linecap="round" stroke-linejoin="round" stroke-width="${width}" d="${d}"/>`;
const images = {
  "check.svg": svg("0 0 20 20", stroke("#fff", 3, "m6 10 3 3 6-6")),
  "radio.svg": svg("-4 -4 8 8", '<circle r="2" fill="#fff"/>'),
  "indeterminate.svg": svg("0 0 20 20", stroke("#fff", 3, "M6 10h8")),
  "switch.svg": svg("-4 -4 8 8", '<circle r="3" fill="#6b6455"/>'),
  "switch-on.svg": svg("-4 -4 8 8", '<circle r="3" fill="#fff"/>'),
  "select.svg": svg("0 0 16 16", stroke("#1d2b2b", 2, "m2 5 6 6 6-6")),
  "close.svg": svg("0 0 16 16", stroke("#1d2b2b", 2, "m3 3 10 10M13 3 3 13")),
};
for (const [file, content] of Object.entries(images)) writeFileSync(join(here, bootstrap.folder, file), content);

const htmx = open("htmx.org");
keep(htmx, "htmx.min.js", readFileSync(join(htmx.from, "dist/htmx.min.js")));

const font = open("@fontsource-variable/hanken-grotesk");
for (const set of ["latin", "latin-ext"]) {
  keep(font, `${set}.woff2`, readFileSync(join(font.from, `files/hanken-grotesk-${set}-wght-normal.woff2`)));
}

// Its package carries no licence file: the same MIT text as Bootstrap's, under its author's name. The maps stay behind.
const calendar = open("@event-calendar/build", "event-calendar");
const mit = readFileSync(join(bootstrap.from, "LICENSE"), "utf8").replace(/Copyright.*/, "Copyright (c) 2021 vkurko");
writeFileSync(join(here, calendar.folder, "LICENSE"), mit);
for (const file of ["event-calendar.min.js", "event-calendar.min.css"]) {
  const text = readFileSync(join(calendar.from, "dist", file), "utf8");
  keep(calendar, file, `${text.replace(/\/[/*]# sourceMappingURL=.*/g, "").trimEnd()}\n`);
}

// Fetched by pages that draw figures only (templates/components/chart.html); the map stays behind.
const chart = open("chart.js");
copyFileSync(join(chart.from, "LICENSE.md"), join(here, chart.folder, "LICENSE"));
const drawing = readFileSync(join(chart.from, "dist/chart.umd.min.js"), "utf8");
keep(chart, "chart.umd.min.js", `${drawing.replace(/\/[/*]# sourceMappingURL=.*/g, "").trimEnd()}\n`);

// Only the icons that the screens name: one sprite, one request. Those of the call are fetched by its pages alone.
const icons = open("bootstrap-icons");
for (const [list, file] of [["icons.txt", "sprite.svg"], ["icons-call.txt", "call.svg"]]) {
  const names = readFileSync(join(here, list), "utf8").split("\n").map((line) => line.trim()).filter(Boolean);
  const symbols = [...new Set(names)].sort().map((name) => {
    const source = readFileSync(join(icons.from, `icons/${name}.svg`), "utf8");
    const [, box, body] = source.match(/viewBox="([^"]+)"[^>]*>([\s\S]*)<\/svg>/);
    return `<symbol id="${name}" viewBox="${box}">${body.replace(/\s*\n\s*/g, "")}</symbol>`;
  });
  keep(icons, file, `<svg xmlns="http://www.w3.org/2000/svg" fill="currentColor">${symbols.join("")}</svg>\n`);
}

writeFileSync(join(here, "README.md"), `# Vendored front-end libraries

Written by \`build.mjs\` (its first lines say how to run it). Nothing here is edited by hand; nothing comes from a CDN.
To add an icon: one line in \`icons.txt\`, then build again.

| library | version | licence | file | sha256 |
| --- | --- | --- | --- | --- |
${rows.join("\n")}
`);
