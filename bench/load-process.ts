import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { ask, type Children } from './children';
import type { LoadResult, LoadTask, Shot } from './load';

/** Maximum overrun of a task, in milliseconds. */
const SLACK_MS = 40_000;

/** A load generator in a separate process. It is reused for all tasks, so that it is warm. */
export class LoadProcess {
  private readonly child: ChildProcess;

  constructor(children: Children) {
    this.child = children.fork(join(__dirname, 'load.js'));
  }

  run(task: LoadTask): Promise<LoadResult> {
    return ask<LoadResult>(this.child, task, task.seconds * 1000 + SLACK_MS);
  }
}

/** A GET with a bearer token. */
export const get = (url: string, token: string): Shot => ({
  url,
  method: 'GET',
  headers: { authorization: `Bearer ${token}` },
  bodies: [],
});

/** POSTs of JSON bodies, with an optional bearer token. */
export const post = (url: string, bodies: readonly object[], token?: string): Shot => ({
  url,
  method: 'POST',
  headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
  bodies: bodies.map((body) => JSON.stringify(body)),
});
