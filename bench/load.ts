// The load generator: a separate process, so that its cost is not attributed to the programs.
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import autocannon from 'autocannon';

/** Identical requests except for the body, which differs per connection. */
export interface Shot {
  url: string;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  /** One per connection, used in turn; empty for none. */
  bodies: string[];
}

/** The tasks of the generator. */
export type LoadTask =
  /** Connections that send the next request as soon as the last one is answered. */
  | { kind: 'saturate'; shot: Shot; connections: number; seconds: number }
  /** Requests at a fixed rate, whether or not earlier ones are answered. */
  | { kind: 'pace'; shot: Shot; perSecond: number; seconds: number }
  /** Each body once: connections that send the next one as soon as the last one is answered. */
  | { kind: 'each'; shot: Shot; connections: number; seconds: number };

/** The responses of the programs. */
export interface LoadResult {
  /** Responses with a 2xx status. */
  succeeded: number;
  /** Other responses, broken connections and timeouts. */
  failed: number;
  /** 2xx responses per second. */
  perSecond: number;
  /** Milliseconds from sending to the complete response; of paced requests only, in order. */
  latencies: number[];
  /** 99th percentile of the latency in milliseconds. */
  p99: number;
  /** Share of one core that the generator itself used; near 1, the generator is the bottleneck. */
  loadCpu: number;
}

async function saturate({ shot, connections, seconds }: LoadTask & { kind: 'saturate' }) {
  let connection = 0;
  const result = await autocannon({
    url: shot.url,
    method: shot.method,
    headers: shot.headers,
    connections,
    duration: seconds,
    sampleInt: 250,
    timeout: 30,
    setupClient: (client) => {
      if (shot.bodies.length > 0) client.setBody(shot.bodies[connection++ % shot.bodies.length]);
    },
  });
  return {
    succeeded: result['2xx'],
    failed: result.non2xx + result.errors,
    perSecond: result['2xx'] / result.duration,
    latencies: [],
    p99: result.latency.p99,
  };
}

/** Sends one request. @returns milliseconds until its response was read; @throws unless it is a 2xx */
function fire(shot: Shot, agent: Agent, body = shot.bodies[0]): Promise<number> {
  const start = performance.now();
  return new Promise((done, failed) => {
    const sent = request(shot.url, { agent, method: shot.method, headers: shot.headers, timeout: 30_000 }, (answer) => {
      const status = answer.statusCode ?? 0;
      answer.once('error', failed);
      answer.once('end', () =>
        status >= 200 && status < 300 ? done(performance.now() - start) : failed(new Error(`Status ${status}`)),
      );
      answer.resume();
    });
    sent.once('error', failed);
    sent.once('timeout', () => sent.destroy(new Error('No answer in time')));
    sent.end(body);
  });
}

async function pace({ shot, perSecond, seconds }: LoadTask & { kind: 'pace' }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const requests: Promise<number>[] = [];
  const start = performance.now();
  // By the clock and not by the responses: a program that stalls gets the same requests as one that does not.
  for (let due = 0; due < perSecond * seconds; due = Math.ceil(((performance.now() - start) / 1000) * perSecond)) {
    while (requests.length <= due) requests.push(fire(shot, agent));
    await new Promise((later) => setTimeout(later, 1));
  }
  const settled = await Promise.allSettled(requests);
  agent.destroy();
  return summarize(settled, seconds);
}

async function sendEach({ shot, connections }: LoadTask & { kind: 'each' }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const start = performance.now();
  // The agent lets as many out as it has sockets.
  const settled = await Promise.allSettled(shot.bodies.map((body) => fire(shot, agent, body)));
  agent.destroy();
  return summarize(settled, (performance.now() - start) / 1000);
}

function summarize(settled: readonly PromiseSettledResult<number>[], seconds: number) {
  const latencies = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const sorted = latencies.toSorted((a, b) => a - b);
  return {
    succeeded: latencies.length,
    failed: settled.length - latencies.length,
    perSecond: latencies.length / seconds,
    latencies,
    p99: sorted[Math.ceil(sorted.length * 0.99) - 1] ?? NaN,
  };
}

function run(task: LoadTask) {
  switch (task.kind) {
    case 'saturate':
      return saturate(task);
    case 'pace':
      return pace(task);
    case 'each':
      return sendEach(task);
  }
}

async function perform(task: LoadTask): Promise<LoadResult> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const result = await run(task);
  const { user, system } = process.cpuUsage(cpu);
  return { ...result, loadCpu: (user + system) / 1000 / (performance.now() - start) };
}

process.on('message', (task: LoadTask) => {
  perform(task).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
// The parent process has gone.
process.on('disconnect', () => process.exit());
