// A Probot app that hears everything, and keeps nothing or one durable row for each delivery.
// Arguments: port, webhook secret, App id, file with the private key, database or "".
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const require = createRequire(process.cwd() + "/");
const { createNodeMiddleware, createProbot } = await import(require.resolve("probot"));
const [port, secret, appId, keyFile, file] = process.argv.slice(2);

let keep = () => {};
if (file) {
  const Database = require("better-sqlite3");
  const database = new Database(file);
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.exec(
    "CREATE TABLE inbox (guid TEXT PRIMARY KEY, event TEXT NOT NULL, body TEXT NOT NULL)",
  );
  const insert = database.prepare("INSERT OR IGNORE INTO inbox VALUES (?, ?, ?)");
  keep = ({ id, name, payload }) => insert.run(id, name, JSON.stringify(payload));
}

const probot = createProbot({
  overrides: { appId, secret, privateKey: readFileSync(keyFile, "utf8"), logLevel: "fatal" },
});
const middleware = await createNodeMiddleware((app) => app.onAny(keep), {
  probot,
  webhooksPath: "/webhook",
});
createServer((request, response) => {
  middleware(request, response, () => {
    response.writeHead(404);
    response.end();
  });
}).listen(Number(port), "127.0.0.1");
