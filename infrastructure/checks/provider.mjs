// A provider that knows the schema of hashicorp/aws and nothing else: enough for `terraform validate`
// and for tests that mock it. It prints what TF_REATTACH_PROVIDERS must be, and serves until its
// standard input ends.
//
//   node provider.mjs plugin.proto aws_lb data.aws_region ...

import { createRequire } from "node:module";
import { join } from "node:path";
import { schemaOf } from "./schema.mjs";

const require = createRequire(join(process.cwd(), "package.json"));
const grpc = require("@grpc/grpc-js");
const { loadSync } = require("@grpc/proto-loader");

const [proto, ...types] = process.argv.slice(2);
const schema = schemaOf(types);

function message({ attributes, blocks }) {
  return {
    attributes: attributes.map(({ name, type, required, optional, computed, writeOnly }) => {
      const json = Buffer.from(JSON.stringify(type));
      return { name, type: json, required, optional, computed, writeOnly };
    }),
    blockTypes: blocks.map(({ name, nesting, min, max, block }) => {
      return { typeName: name, nesting, minItems: min, maxItems: max, block: message(block) };
    }),
  };
}

const wrapped = (block) => ({ block: message(block) });
const all = (blocks) =>
  Object.fromEntries(Object.entries(blocks).map(([name, block]) => [name, wrapped(block)]));
const schemas = {
  provider: wrapped(schema.provider),
  resourceSchemas: all(schema.resources),
  dataSourceSchemas: all(schema.data),
};

const { Provider } = grpc.loadPackageDefinition(loadSync(proto)).tfplugin5;
const nothing = (_call, answer) => answer(null, {});
const server = new grpc.Server();
server.addService(Provider.service, {
  GetSchema: (_call, answer) => answer(null, schemas),
  PrepareProviderConfig: ({ request }, answer) => answer(null, { preparedConfig: request.config }),
  ValidateResourceTypeConfig: nothing,
  ValidateDataSourceConfig: nothing,
  Configure: nothing,
  Stop: nothing,
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  const address = { Network: "tcp", String: `127.0.0.1:${port}` };
  const reattach = { Protocol: "grpc", ProtocolVersion: 5, Pid: process.pid, Test: true, Addr: address };
  console.log(JSON.stringify({ "hashicorp/aws": reattach }));
});
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
