// Starts the built server, registers, creates a note and exports it over real HTTP, restarts the server and reads the
// note again. Uses and prints the Node.js version that runs this script.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const password = 'correct horse battery staple';
const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-smoke-'));
const programs = [];

/** Starts the server and waits until it is ready. */
async function start() {
  const program = spawn(process.execPath, ['dist/main.js'], {
    env: { ...process.env, DATA_DIR: dataDir, PORT: '0', DATABASE_URL: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  programs.push(program);
  const origin = await new Promise((serves, fails) => {
    program.once('exit', (code) => fails(new Error(`the program ended with ${code}`)));
    createInterface({ input: program.stdout }).on('line', (line) => {
      const [, url] = /Latchkey serves (\S+)"/.exec(line) ?? [];
      if (url) serves(url);
    });
  });
  return { program, origin };
}

async function stop({ program }) {
  const ended = new Promise((exit) => program.removeAllListeners('exit').once('exit', exit));
  program.kill('SIGTERM');
  const code = await ended;
  if (code !== 0) throw new Error(`SIGTERM ended the program with ${code}`);
}

/** Requests a path below the API's base path, or from the root if it starts with `//`. */
async function call({ origin }, expected, method, path, { body, token } = {}) {
  const url = path.startsWith('//') ? path.slice(1) : `/api/v1${path}`;
  const response = await fetch(origin + url, {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.status !== expected) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return text && JSON.parse(text);
}

try {
  let server = await start();
  await call(server, 200, 'GET', '//');
  const account = { username: 'smoke', email: 'smoke@example.com', password };
  await call(server, 201, 'POST', '/auth/register', { body: account });
  const { accessToken: token } = await call(server, 200, 'POST', '/auth/login', {
    body: { username: 'smoke', password },
  });
  const note = await call(server, 201, 'POST', '/notes', { token, body: { title: 'Smoke' } });
  const exported = await call(server, 200, 'GET', '/users/me/export', { token });
  if (!JSON.stringify(exported).includes(note.id)) throw new Error('the export lacks the note');
  await stop(server);

  server = await start();
  await call(server, 200, 'GET', `/notes/${note.id}`, { token });
  await call(server, 401, 'GET', `/notes/${note.id}`);
  await call(server, 204, 'POST', '/auth/logout', { token });
  await call(server, 401, 'GET', `/notes/${note.id}`, { token });
  await stop(server);
  console.log(
    `Node.js ${process.version}: the built program registers, logs in, exports a note, keeps it over a restart and stops.`,
  );
} finally {
  for (const program of programs) program.kill('SIGKILL');
  rmSync(dataDir, { recursive: true });
}
