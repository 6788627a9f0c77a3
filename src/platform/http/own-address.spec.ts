import { ServerConfig } from '../config/server.config';
import { OwnAddress } from './own-address.service';

describe('the address of the program itself', () => {
  it.each([
    ['127.0.0.1', 'http://localhost:4200'],
    ['0.0.0.0', 'http://localhost:4200'],
    ['::', 'http://localhost:4200'],
    ['192.168.1.7', 'http://192.168.1.7:4200'],
    ['::1', 'http://[::1]:4200'],
    ['2001:db8::7', 'http://[2001:db8::7]:4200'],
    ['api.internal', 'http://api.internal:4200'],
  ])('with HOST=%s and PORT=4200 is %s', (HOST, url) => {
    expect(new OwnAddress(new ServerConfig({ HOST, PORT: '4200' }), {}).url).toBe(url);
  });
});
