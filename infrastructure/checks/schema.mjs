// The schema of the AWS provider, read from the typings and the code that were generated from it for
// another tool. They say which attributes and blocks there are, their types, what is required and
// how many blocks there may be. They don't say which values are valid, what excludes what, or which
// optional attributes the provider fills in.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(join(process.cwd(), "package.json"));
const LIB = join(dirname(require.resolve("@cdktn/provider-aws/package.json")), "lib");
/** Deeper than any that is used here; some blocks contain themselves. */
const DEPTH = 8;
const PLAIN = { string: "string", number: "number", boolean: "bool", any: "dynamic" };
const GETTERS = {
  string: "string",
  number: "number",
  "string[]": ["list", "string"],
  "number[]": ["list", "number"],
  "cdktn.StringMap": ["map", "string"],
};

/** @param {string[]} types such as `aws_lb` and `data.aws_region` */
export function schemaOf(types) {
  const schema = { provider: moduleSchema("provider"), resources: {}, data: {} };
  for (const type of types) {
    const name = type.replace(/^data\./, "");
    const folder = name.replace(/^aws_/, "").replaceAll("_", "-");
    if (type.startsWith("data.")) schema.data[name] = moduleSchema(`data-aws-${folder}`);
    else schema.resources[name] = moduleSchema(folder);
  }
  return schema;
}

function moduleSchema(folder) {
  const read = (file) => readFileSync(join(LIB, folder, file), "utf8");
  const source = { code: read("index.js"), types: read("index.d.ts") };
  const name = /export declare class (\w+) extends cdktn\.Terraform/.exec(source.types)[1];
  const block = blockOf(
    source,
    entries(source.code, source.code.lastIndexOf("const attrs = {")),
    `${name}Config`,
    0,
  );
  const body = source.types.slice(source.types.indexOf(`export declare class ${name} `));
  addComputed(block, body);
  addComputedLists(block, body, source.types);
  return block;
}

/** The attributes and blocks that a list in the code names. */
function entries(code, start) {
  const ends = ["\n    };", "\n        };"].map((end) => code.indexOf(end, start));
  const body = code.slice(start, Math.min(...ends.filter((end) => end > 0)));
  const entry =
    /^\s+"?([a-z0-9_]+)"?: \{\s*value: (.*?),\s*isBlock: (true|false),\s*type: "(\w+)",\s*storageClassType: "(\w+)"/gms;
  return [...body.matchAll(entry)].map(([, name, value, isBlock, kind, type]) => {
    return { name, value, isBlock: isBlock === "true", kind, type };
  });
}

/** By name in the typings: whether it may be left out, and its type. */
function members(types, name) {
  const start = types.search(new RegExp(`export interface ${name}( extends [^{]+)? \\{`));
  if (start < 0) return {};
  const body = types.slice(start, types.indexOf("\n}", start));
  const found = [...body.matchAll(/readonly (\w+)(\?)?: ([^;]+);/g)];
  return Object.fromEntries(found.map(([, key, mark, type]) => [key, { optional: !!mark, type }]));
}

function blockOf(source, list, typing, depth) {
  const known = members(source.types, typing);
  const block = { attributes: [], blocks: [] };
  for (const entry of list) {
    const flat = entry.name.replaceAll("_", "");
    const member = known[Object.keys(known).find((key) => key.toLowerCase() === flat)];
    const required = member ? !member.optional : false;
    if (!entry.isBlock) {
      block.attributes.push({ name: entry.name, type: typeOf(entry), required, optional: !required });
      continue;
    }
    const writer = /(\w+)ToHclTerraform/.exec(entry.value.replace("cdktn.listMapperHcl(", ""))?.[1];
    if (!writer || depth > DEPTH) continue;
    const start = source.code.indexOf(`function ${writer}ToHclTerraform(`);
    const inner = entries(source.code, source.code.indexOf("const attrs = {", start));
    const nested = blockOf(source, inner, writer[0].toUpperCase() + writer.slice(1), depth + 1);
    const isOne = member && !member.type.includes("[]");
    block.blocks.push({
      name: entry.name,
      nesting: { struct: "SINGLE", set: "SET" }[entry.kind] ?? "LIST",
      min: entry.kind !== "struct" && required ? 1 : 0,
      max: entry.kind !== "struct" && isOne ? 1 : 0,
      block: nested,
    });
  }
  return block;
}

function typeOf({ kind, type }) {
  if (kind === "simple") return PLAIN[type] ?? "dynamic";
  const parts = /^(string|number|boolean|any)(List|Set|Map)(List|Map)?$/.exec(type);
  if (!parts) return "dynamic";
  return [parts[2].toLowerCase(), parts[3] ? "dynamic" : PLAIN[parts[1]]];
}

/** What can only be read has a getter and no place in the code's list. */
function addComputed(block, body) {
  const known = new Set([...block.attributes, ...block.blocks].map(({ name }) => name));
  const getters = /^ {4}get (\w+)\(\): (string|number|cdktn\.IResolvable|string\[\]|number\[\]|cdktn\.StringMap);/gm;
  for (const [, getter, type] of body.matchAll(getters)) {
    const name = getter.replace(/([A-Z])/g, "_$1").toLowerCase();
    if (getter.endsWith("Input") || known.has(name)) continue;
    known.add(name);
    block.attributes.push({ name, type: GETTERS[type] ?? "bool", computed: true });
  }
  for (const attribute of block.attributes) {
    // Never stored, so never read.
    if (attribute.name.endsWith("_wo")) attribute.writeOnly = true;
    else if (attribute.optional) attribute.computed = true;
  }
}

/** Lists of objects that can only be read, such as a certificate's proofs. */
function addComputedLists(block, body, types) {
  const known = new Set([...block.attributes, ...block.blocks].map(({ name }) => name));
  for (const [, getter, of] of body.matchAll(/^ {4}get (\w+)\(\): (\w+)List;/gm)) {
    const name = getter.replace(/([A-Z])/g, "_$1").toLowerCase();
    const start = types.indexOf(`export declare class ${of}OutputReference `);
    if (known.has(name) || start < 0) continue;
    const object = { attributes: [], blocks: [] };
    addComputed(object, types.slice(start, types.indexOf("\n}", start)));
    const fields = object.attributes.map((attribute) => [attribute.name, attribute.type]);
    const type = ["list", ["object", Object.fromEntries(fields)]];
    block.attributes.push({ name, type, computed: true });
  }
}
