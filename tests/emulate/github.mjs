// A GitHub that nobody here wrote: npm `emulate`, with what it lacks put in front of it.
//
// The emulator itself is used as it comes. In front of it stands a small server that passes every
// request on and adds three things: deploy keys, which the emulator does not have; the bot user of
// an App, which GitHub makes with the App and the emulator with the App's first write; and real
// delivery headers, because the emulator numbers deliveries by the clock and names no App.

import { createHmac, createSign, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Server } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const APP = 501;
const INSTALLATION = 601;
const LOOPBACK = '127.0.0.1';

const PERMISSIONS = {
  actions: 'read',
  administration: 'read',
  contents: 'read',
  deployments: 'read',
  issues: 'write',
  members: 'read',
  metadata: 'read',
};

// Starts it: organisation `acme`, owned by octocat, with monalisa as a member, the private
// repositories `acme/api` and `acme/home`, and an App installed on both. `folder` holds the
// emulator's `node_modules`.
export async function start(folder) {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const github = {
    app: { id: APP, privateKey, webhookSecret: randomBytes(20).toString('hex') },
    people: { octocat: randomUUID(), monalisa: randomUUID() },
    delivered: [], // what was sent: event, action, GUID, and the status it was answered with
    asked: [], // what was asked for, as `GET /app 200`
    deliverTo: null,
  };
  const keys = new Map();

  const front = createServer((request, response) => {
    handle(github, keys, request, response).catch((error) => {
      response.writeHead(500).end(String(error));
    });
  });
  front.listen(0, LOOPBACK);
  await once(front, 'listening');
  github.url = `http://${LOOPBACK}:${front.address().port}`;

  const emulator = await emulate(folder, github);
  github.behind = emulator.url;
  await makeBotUser(github);
  github.close = () => {
    front.closeAllConnections();
    front.close();
    emulator.server.closeAllConnections();
    return emulator.close();
  };
  return github;
}

// Starts the emulator on a free port. It takes no address to listen on and would be reachable from
// outside, so whatever listens without an address listens on loopback here.
async function emulate(folder, github) {
  let server;
  const { listen } = Server.prototype;
  Server.prototype.listen = function onLoopback(port, host, ...rest) {
    if (host === undefined) server = this;
    return listen.call(this, port, host ?? LOOPBACK, ...rest);
  };
  const main = join(folder, 'node_modules', 'emulate', 'dist', 'api.js');
  const { createEmulator } = await import(pathToFileURL(main));
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    baseUrl: github.url,
    seed: seed(github),
  });
  Server.prototype.listen = listen;
  if (!server.listening) await once(server, 'listening');
  return { url: `http://${LOOPBACK}:${server.address().port}`, server, close: emulator.close };
}

function seed(github) {
  const { app, people } = github;
  const tokens = Object.entries(people).map(([login, token]) => [token, { login, scopes: ['repo'] }]);
  const repo = (name) => ({ owner: 'acme', name, private: true, auto_init: true });
  return {
    tokens: Object.fromEntries(tokens),
    github: {
      users: Object.keys(people).map((login) => ({ login })),
      orgs: [{
        login: 'acme',
        members: [{ login: 'octocat', role: 'admin' }, { login: 'monalisa', role: 'member' }],
      }],
      repos: [repo('api'), repo('home')],
      apps: [{
        app_id: app.id,
        slug: 'beholden',
        name: 'Beholden',
        private_key: app.privateKey,
        permissions: PERMISSIONS,
        events: ['*'],
        webhook_url: `${github.url}/_hook`,
        webhook_secret: app.webhookSecret,
        installations: [{
          installation_id: INSTALLATION,
          account: 'acme',
          repository_selection: 'all',
          permissions: PERMISSIONS,
        }],
      }],
    },
  };
}

async function handle(github, keys, request, response) {
  const body = await whole(request);
  const path = request.url.split('?')[0];
  if (path === '/_hook') {
    const status = await deliver(github, request.headers['x-github-event'], body);
    response.writeHead(status).end();
    return;
  }
  const found = /^\/repos\/([^/]+\/[^/]+)\/keys(?:\/(\d+))?$/.exec(path);
  const answer = found
    ? await deployKey(github, keys, request, body, found[1], Number(found[2]))
    : await pass(github, request, body);
  github.asked.push(`${request.method} ${request.url} ${answer.status}`);
  response.writeHead(answer.status, answer.headers).end(answer.body);
}

// Passes a request on to the emulator.
async function pass(github, request, body) {
  const headers = { ...request.headers };
  for (const name of ['connection', 'content-length', 'host', 'keep-alive', 'transfer-encoding']) {
    delete headers[name];
  }
  const answer = await fetch(github.behind + request.url, {
    method: request.method,
    headers,
    body: ['GET', 'HEAD'].includes(request.method) ? undefined : body,
    redirect: 'manual',
  });
  const kept = Object.fromEntries(answer.headers);
  for (const name of ['connection', 'content-encoding', 'content-length', 'keep-alive', 'transfer-encoding']) {
    delete kept[name];
  }
  return { status: answer.status, headers: kept, body: Buffer.from(await answer.arrayBuffer()) };
}

// `POST /repos/{owner}/{repo}/keys` and `GET …/keys/{id}`, for whoever the emulator lets see the
// repository, and the webhook that GitHub sends for a new key.
async function deployKey(github, keys, request, body, repo, id) {
  const as = { authorization: request.headers.authorization };
  const seen = await fetch(`${github.behind}/repos/${repo}`, { headers: as });
  if (!seen.ok) return json(seen.status, { message: 'Not Found' });
  if (request.method === 'GET' && keys.has(id)) return json(200, keys.get(id));
  if (request.method !== 'POST') return json(404, { message: 'Not Found' });

  const wanted = JSON.parse(body);
  const sender = await (await fetch(`${github.behind}/user`, { headers: as })).json();
  const repository = await seen.json();
  const number = keys.size + 1;
  const key = {
    id: number,
    key: wanted.key,
    url: `${github.url}/repos/${repo}/keys/${number}`,
    title: wanted.title,
    verified: true,
    created_at: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    read_only: wanted.read_only ?? false,
    added_by: sender.login,
    last_used: null,
    enabled: true,
  };
  keys.set(number, key);
  const { login, id: org, node_id } = repository.owner;
  const told = {
    action: 'created',
    key,
    repository,
    organization: { login, id: org, node_id },
    installation: { id: INSTALLATION, node_id: `MDpJbnN0YWxsYXRpb24${INSTALLATION}` },
    sender,
  };
  await deliver(github, 'deploy_key', Buffer.from(JSON.stringify(told)));
  return json(201, key);
}

// Delivers a payload as GitHub does: a GUID, the App's number, a signature over these very bytes.
async function deliver(github, event, body) {
  if (!github.deliverTo) return 202;
  const guid = randomUUID();
  const signature = createHmac('sha256', github.app.webhookSecret).update(body).digest('hex');
  const answer = await fetch(github.deliverTo, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/emulated',
      'x-github-delivery': guid,
      'x-github-event': event,
      'x-github-hook-id': '1',
      'x-github-hook-installation-target-id': String(github.app.id),
      'x-github-hook-installation-target-type': 'integration',
      'x-hub-signature-256': `sha256=${signature}`,
    },
    body,
    signal: AbortSignal.timeout(10_000),
  });
  const { action } = JSON.parse(body);
  github.delivered.push({ event, action, guid, status: answer.status });
  return answer.status;
}

// Lets the App write once, so that `GET /users/beholden%5Bbot%5D` answers as on GitHub.
async function makeBotUser(github) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: now - 60, exp: now + 300, iss: String(APP) })}`;
  const signed = createSign('RSA-SHA256').update(claims).sign(github.app.privateKey).toString('base64url');
  const post = async (path, token, body) => {
    const answer = await fetch(github.behind + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const { token } = await post(`/app/installations/${INSTALLATION}/access_tokens`, `${claims}.${signed}`, {});
  await post('/repos/acme/home/labels', token, { name: 'installed', color: '5319e7' });
}

function json(status, value) {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

async function whole(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

function once(emitter, event) {
  return new Promise((resolve, reject) => {
    emitter.once(event, resolve);
    emitter.once('error', reject);
  });
}
