// PostGraphile 5 on one tenant's tables, for `manage.py bench reads`: how it is set up, and why,
// is told in ../README.md.

import { createServer } from "node:http";
import { parseArgs } from "node:util";
import pg from "pg";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const { values } = parseArgs({
  options: { port: { type: "string" }, schema: { type: "string" } },
});
const { port, schema } = values;

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  options: `-c role=${schema} -c search_path=${schema},extensions -c timezone=UTC`,
  max: Number(process.env.POOL ?? 10),
});

// Whoever says that they are signed in is looked up, as every request of the product's is.
async function authenticated({ node }) {
  const digest = node?.req.headers["x-session-digest"];
  if (digest === undefined) return {};
  const values = [Buffer.from(digest, "hex")];
  const { rows } = await pool.query({ name: "authenticate", text: process.env.AUTHENTICATE, values });
  if (rows.length === 0) throw new Error("nobody has this session");
  return { person: rows[0].person_id };
}

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  disablePlugins: ["PgIndexBehaviorsPlugin"],
  pgServices: [makePgService({ pool, schemas: [schema], pubsub: false })],
  schema: { defaultBehavior: "+list -insert -update -delete" },
  grafast: { context: authenticated },
  grafserv: { watch: false, graphiql: false, websockets: false },
});

const server = createServer();
await instance.createServ(grafserv).addTo(server);
await instance.getSchema();
server.listen(Number(port), "127.0.0.1");
