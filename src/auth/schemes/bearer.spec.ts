import fc from 'fast-check';
import { bearerToken, sendsBearer } from './bearer';

const sent = (authorization?: string) => ({ headers: authorization === undefined ? {} : { authorization } });

/** `b64token` of RFC 6750, 2.1. */
const token = fc.stringMatching(/^[A-Za-z0-9._~+/-]+=*$/);

describe('a bearer token', () => {
  it('is read as it was sent, whatever the case of its scheme and however many spaces stand before it', () => {
    fc.assert(
      fc.property(
        token,
        fc.mixedCase(fc.constant('bearer')),
        fc.integer({ min: 1, max: 3 }),
        (value, scheme, spaces) => {
          const request = sent(scheme + ' '.repeat(spaces) + value);
          expect([bearerToken(request), sendsBearer(request)]).toEqual([value, true]);
        },
      ),
    );
  });

  it.each(['Bearer a b', 'Bearer a,b', 'Bearer "a"', 'Bearer a=b', 'Bearer =', 'Bearer\ta', 'Bearer a '])(
    'is none in %j, which sends something as one nevertheless',
    (authorization) => {
      expect([bearerToken(sent(authorization)), sendsBearer(sent(authorization))]).toEqual([null, true]);
    },
  );

  it.each([undefined, '', 'Bearer', 'Bearer ', 'Bearera', 'Basic a', 'xBearer a', 'Basic Bearer a'])(
    'is none in %j, where nothing is sent as one',
    (authorization) => {
      expect([bearerToken(sent(authorization)), sendsBearer(sent(authorization))]).toEqual([null, false]);
    },
  );
});
