// Starts the built program as a user does, and registers, logs in and writes a note over real HTTP.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-smoke-'));
const program = spawn(process.execPath, ['dist/main.js'], {
  env: { ...process.env, DATA_DIR: dataDir, PORT: '0', DATABASE_URL: '' },
  stdio: ['ignore', 'pipe', 'inherit'],
});

try {
  const origin = await new Promise((serves, fails) => {
    program.once('exit', (code) => fails(new Error(`the program ended with ${code}`)));
    createInterface({ input: program.stdout }).on('line', (line) => {
      const [, url] = /Latchkey serves (\S+)"/.exec(line) ?? [];
      if (url) serves(url);
    });
  });
  const call = async (expected, method, path, { body, token } = {}) => {
    const response = await fetch(`${origin}/api/v1${path}`, {
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
  };
  const password = 'correct horse battery staple';
  await call(201, 'POST', '/auth/register', { body: { username: 'smoke', email: 'smoke@example.com', password } });
  const { accessToken: token } = await call(200, 'POST', '/auth/login', { body: { username: 'smoke', password } });
  const note = await call(201, 'POST', '/notes', { token, body: { title: 'Smoke' } });
  await call(200, 'GET', `/notes/${note.id}`, { token });
  await call(401, 'GET', `/notes/${note.id}`);
  await call(204, 'POST', '/auth/logout', { token });
  await call(401, 'GET', `/notes/${note.id}`, { token });
  const ended = new Promise((exit) => program.removeAllListeners('exit').once('exit', exit));
  program.kill('SIGTERM');
  const code = await ended;
  if (code !== 0) throw new Error(`SIGTERM ended the program with ${code}`);
  console.log('The built program registers, logs in, keeps a note and stops.');
} finally {
  program.kill('SIGKILL');
  rmSync(dataDir, { recursive: true });
}
