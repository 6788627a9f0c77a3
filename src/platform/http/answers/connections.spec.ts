import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import { Connections } from './connections';

/** Connections that fill up what all may have waiting together. */
const CROWD = 40;

/** A response whose end the test decides. */
class Response extends EventEmitter {
  writableFinished = false;

  end(): void {
    this.writableFinished = true;
    this.emit('close');
  }
}

describe('connections', () => {
  let connections: Connections;
  let served: string[];
  const sockets: Socket[] = [];

  beforeEach(() => {
    connections = new Connections();
    served = [];
  });

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  const connect = () => {
    const socket = new Socket();
    sockets.push(socket);
    return socket;
  };

  const ask = (socket: Socket, name = '') => {
    const response = new Response();
    connections.enter(socket, response, () => served.push(name));
    return response;
  };

  const flood = (socket: Socket) => {
    while (!socket.destroyed) ask(socket);
  };

  it('have the requests of one served one after the other', () => {
    const socket = connect();
    const responses = ['a', 'b', 'c'].map((name) => ask(socket, name));
    expect(served).toEqual(['a']);
    responses[0]?.end();
    expect(served).toEqual(['a', 'b']);
    responses[1]?.end();
    responses[2]?.end();
    ask(socket, 'd');
    expect(served).toEqual(['a', 'b', 'c', 'd']);
  });

  it('may each have one request waiting, when some have as many waiting as all may have', async () => {
    const crowd = Array.from({ length: CROWD }, connect);
    for (let request = 0; request < 60; request += 1) crowd.forEach((socket) => !socket.destroyed && ask(socket));
    expect(crowd.some((socket) => socket.destroyed)).toBe(true);
    const honest = connect();
    const responses = [ask(honest, 'first'), ask(honest, 'second')];
    responses[0]?.end();
    expect([honest.destroyed, served.slice(-2)]).toEqual([false, ['first', 'second']]);
    const greedy = connect();
    [1, 2, 3].forEach(() => ask(greedy));
    expect(greedy.destroyed).toBe(true);
    crowd.forEach((socket) => socket.destroy());
    // They are told that they are gone.
    await new Promise(setImmediate);
    const next = connect();
    [1, 2, 3].forEach(() => ask(next));
    expect(next.destroyed).toBe(false);
  });

  it('end when one sends too many', () => {
    const socket = connect();
    flood(socket);
    expect(served).toHaveLength(1);
  });

  it('leave no request counted that was served or is gone', async () => {
    for (let round = 0; round < 100; round += 1) {
      const [gone, done] = [connect(), connect()];
      const responses = Array.from({ length: 60 }, () => ask(done));
      flood(gone);
      for (const response of responses) response.end();
      await new Promise(setImmediate);
      expect(done.destroyed).toBe(false);
    }
  });
});
