// What criterion measured last, for the scripts that compare and show it.

const { existsSync, readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");

const FOLDER = join(__dirname, "../target/criterion");

/** The medians in nanoseconds by benchmark, in the order of their names. */
function medians() {
  const files = existsSync(FOLDER) ? readdirSync(FOLDER, { recursive: true }) : [];
  const json = (file) => JSON.parse(readFileSync(join(FOLDER, file), "utf8"));
  const each = files
    .filter((file) => file.endsWith("new/estimates.json"))
    .map((file) => {
      const { full_id: id } = json(file.replace("estimates", "benchmark"));
      return [id, json(file).median.point_estimate];
    });
  return Object.fromEntries(each.sort(([a], [b]) => a.localeCompare(b)));
}

function time(ns) {
  const units = [
    ["s", 1e9],
    ["ms", 1e6],
    ["µs", 1e3],
    ["ns", 1],
  ];
  const [unit, size] = units.find(([, size]) => ns >= size) ?? ["ns", 1];
  return `${Number((ns / size).toPrecision(3))} ${unit}`;
}

module.exports = { medians, time };
