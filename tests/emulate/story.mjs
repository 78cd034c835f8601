// The main story against a GitHub that nobody here wrote: `beholden serve` authenticates as an App,
// hears of a deploy key, asks for an owner, reads the answer, and shows the owner.
//
// Usage: node story.mjs BEHOLDEN EMULATOR
//   BEHOLDEN  the binary
//   EMULATOR  the folder whose node_modules holds `emulate`

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start } from './github.mjs';

const PATIENCE_MS = 60_000; // for each step; the machine may be busy
const LOOK_MS = 100;

const [beholden, emulator] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'beholden-emulate-'));
const github = await start(emulator);
const server = serve(github);
let code = 1;
try {
  await story();
  code = 0;
} catch (error) {
  console.error(`\nIt did not work: ${error.message}`);
  console.error(`\nBeholden's log:\n${server.log}`);
  console.error(`Asked of GitHub:\n${github.asked.join('\n')}`);
  console.error(`Delivered:\n${github.delivered.map((one) => JSON.stringify(one)).join('\n')}`);
} finally {
  await server.stop();
  await github.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(code);

async function story() {
  const { webhook, pages } = await until('Beholden listens', () => server.listening());
  github.deliverTo = webhook;
  await until('the App has met its installation', () => /installations met/.test(server.log));
  const met = github.asked.some((line) => /^POST \/app\/installations\/\d+\/access_tokens 201$/.test(line));
  const listed = github.asked.some((line) => /^GET \/app\/installations\?.* 200$/.test(line));
  expect(met || listed, 'the App authenticates with its key');
  console.log('ok  the App authenticates');

  const key = await as('octocat', 'POST', '/repos/acme/api/keys', {
    title: 'nightly build',
    key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGFjbWU',
    read_only: false,
  });
  expect(github.delivered.at(-1)?.status === 202, 'the webhook is accepted with 202');
  console.log('ok  the webhook is heard');

  const issue = await until('an issue asks for an owner', async () => {
    const issues = await as('octocat', 'GET', '/repos/acme/api/issues?state=all');
    return issues.find((one) => one.user.login === 'beholden[bot]');
  });
  expect(issue.state === 'open', 'the issue is open');
  expect(issue.title === 'Who owns this deploy key in acme/api?', `the title asks: ${issue.title}`);
  expect(issue.body.includes('`nightly build`'), 'the name of the key stands in a code span');
  const before = await stands(pages, key);
  expect(before === 'unowned', `the register says unowned, not ${before}`);
  console.log(`ok  an issue asks: ${issue.title}`);

  await as('octocat', 'POST', `/repos/acme/api/issues/${issue.number}/comments`, {
    body: '/own because it pushes the version of the nightly build',
  });
  await until('the register shows the owner', async () => await stands(pages, key) === 'owned octocat');
  console.log('ok  the owner is recorded: octocat');

  const closed = await until('the issue is closed', async () => {
    const now = await as('octocat', 'GET', `/repos/acme/api/issues/${issue.number}`);
    return now.state === 'closed' && now;
  });
  const said = await until('the answer stands', async () => {
    const comments = await as('octocat', 'GET', `/repos/acme/api/issues/${issue.number}/comments`);
    return comments.filter((one) => one.user.login === 'beholden[bot]');
  });
  expect(said.length === 1, `there is one answer, not ${said.length}`);
  expect(closed.body.includes('octocat'), 'the issue names the owner');
  const issues = await as('octocat', 'GET', '/repos/acme/api/issues?state=all');
  expect(issues.length === 1, `there is one issue, not ${issues.length}`);
  const refused = github.delivered.filter((one) => one.status !== 202);
  expect(refused.length === 0, `every delivery is accepted: ${JSON.stringify(refused)}`);
  console.log(`ok  the issue is answered and closed; ${github.delivered.length} deliveries, each 202`);
}

// What the register's page says about a key: the word, and the owner if there is one.
async function stands(pages, key) {
  const page = await (await fetch(pages)).text();
  const row = page.split('<tr>').find((part) => part.includes(`/identities/deploy_key/${key.id}?`));
  if (!row) return 'unknown';
  const cells = [...row.matchAll(/<td[^>]*>([\s\S]*?)<\/td>/g)].map((cell) => plain(cell[1]));
  return [cells[3], cells[4]].join(' ').trim();
}

function plain(html) {
  return html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').trim();
}

// Asks GitHub as a person.
async function as(login, method, path, body) {
  const answer = await fetch(github.url + path, {
    method,
    headers: { authorization: `Bearer ${github.people[login]}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path} as ${login}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

// Starts `beholden serve` on free ports, with nothing of this environment but the path.
function serve({ url, app }) {
  const child = spawn(beholden, [
    'serve', '--listen', '127.0.0.1:0', '--admin-listen', '127.0.0.1:0', '--log', 'json',
    '--mode', 'comment', '--orgs', 'acme', '--home', 'acme/home', '--api-url', url, '--web-url', url,
    '--app-id', String(app.id), '--client-id', String(app.id),
    '--database', `sqlite:${join(folder, 'register.db')}`,
  ], {
    env: {
      PATH: process.env.PATH,
      BEHOLDEN_PRIVATE_KEY: app.privateKey,
      BEHOLDEN_WEBHOOK_SECRET: app.webhookSecret,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => {
    child.once('exit', (status, signal) => resolve(`it ended (${status ?? signal})`));
    child.once('error', (error) => resolve(String(error)));
  });
  const running = {
    log: '',
    ended: null,
    listening() {
      const line = running.log.split('\n').find((one) => one.includes('Beholden is listening'));
      const { webhook, pages } = line ? JSON.parse(line) : {};
      return webhook && { webhook, pages };
    },
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 30_000);
      await ended;
      clearTimeout(late);
    },
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => { running.log += data; });
  }
  ended.then((how) => { running.ended = how; });
  return running;
}

// Looks again and again until `look` finds something, for a bounded time.
async function until(what, look) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found && !(Array.isArray(found) && found.length === 0)) return found;
    if (server.ended) throw new Error(`${what}: Beholden is not running, ${server.ended}`);
    if (Date.now() > end) throw new Error(`${what}: not within ${PATIENCE_MS / 1000} s`);
    await new Promise((resolve) => { setTimeout(resolve, LOOK_MS); });
  }
}

function expect(so, what) {
  if (!so) throw new Error(`expected that ${what}`);
}
