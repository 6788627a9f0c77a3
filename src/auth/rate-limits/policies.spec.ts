import type { AuthConfig } from '../../platform/config/auth.config';
import type { Counts, Limit, Policy, Subject } from './counters/limit';
import * as policies from './policies';

const { CHANGE_EMAIL, DEVICES, EXPORT, FORGOT, LOGIN, MAKE_TOKEN } = policies;
const { REAUTHENTICATE, REGISTER, REGISTER_MAIL, RENAME, RESEND, RESET } = policies;

const limits = Object.values(policies).flatMap((policy) => ('limits' in policy ? policy.limits : [policy]));

/** The one limit of a policy that counts these answers by this. */
function limitOf(policy: Policy, subject: Subject, counts: Counts, devices?: Limit['devices']): Limit {
  const found = policy.limits.filter((limit) => {
    return limit.subject === subject && limit.counts === counts && limit.devices === devices;
  });
  expect(found).toHaveLength(1);
  return found[0] ?? DEVICES;
}

const [QUARTER, HOUR, DAY] = [900, 3600, 86_400];

describe('the limits', () => {
  it('have names of their own, under which clients see them: what one counted does not count for another', () => {
    const shapes = new Set(limits.map((limit) => JSON.stringify(limit)));
    const names = new Set(limits.map(({ name }) => name));
    expect(shapes.size).toBe(names.size);
    for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it('leave one account at most 100 wrong passwords a day: by username, by address, by its devices, and signed in', () => {
    const guesses = [
      limitOf(LOGIN, 'name', 'failures', 'unknown'),
      // An account has two names.
      limitOf(LOGIN, 'name', 'failures', 'unknown'),
      limitOf(LOGIN, 'account', 'failures', 'known'),
      limitOf(REAUTHENTICATE, 'account', 'failures', 'unknown'),
    ];
    expect(guesses.every(({ duration }) => duration === DAY)).toBe(true);
    expect(guesses.reduce((sum, { points }) => sum + points, 0)).toBeLessThanOrEqual(100);
    // Signed in, the devices of an account have no guesses of their own.
    expect(limitOf(REAUTHENTICATE, 'account', 'failures', 'known')).toBe(DEVICES);
    expect(limitOf(LOGIN, 'account', 'failures', 'known')).toBe(DEVICES);
  });

  it.each([
    ['a name', LOGIN, 'name', 'unknown'],
    ['a device', LOGIN, 'device', 'known'],
    ['an account that is signed in', REAUTHENTICATE, 'account', 'unknown'],
    ['a device that is signed in', REAUTHENTICATE, 'device', 'known'],
  ] as const)('make %s wait longer after each wrong password beyond five, a quarter of an hour at most', (...given) => {
    const [, policy, subject, devices] = given;
    const { growingDelay, duration } = limitOf(policy, subject, 'failures', devices);
    expect([growingDelay, duration]).toEqual([{ free: 5, longest: QUARTER }, DAY]);
  });

  it('never make the devices of an account wait for what a success would forget', () => {
    expect(DEVICES.growingDelay).toBeUndefined();
  });

  it.each<[string, Policy, Subject, Counts, number, number, Limit['devices']?]>([
    ['wrong passwords of a client network', LOGIN, 'address', 'failures', 100, QUARTER, 'unknown'],
    ['wrong passwords of a client network, signed in', REAUTHENTICATE, 'address', 'failures', 100, QUARTER, 'unknown'],
    ['logins of a client network', LOGIN, 'address', 'successes', 300, QUARTER, 'unknown'],
    ['logins of an account from its devices', LOGIN, 'account', 'successes', 100, QUARTER, 'known'],
    ['right passwords of an account that is signed in', REAUTHENTICATE, 'account', 'successes', 60, HOUR],
    ['registrations of a client network', REGISTER, 'address', 'attempts', 300, 600],
    ['mailed registrations of an address', REGISTER_MAIL, 'email-from', 'successes', 5, HOUR],
    ['mailed registrations of a client network', REGISTER_MAIL, 'address', 'successes', 600, HOUR],
    ['links to a new password for an address', FORGOT, 'email-from', 'attempts', 5, HOUR],
    ['links to a new password for a client network', FORGOT, 'address', 'attempts', 30, HOUR],
    ['mails of a client network for forgotten passwords', FORGOT, 'address', 'successes', 600, HOUR],
    ['passwords set by a link from a client network', RESET, 'address', 'attempts', 60, QUARTER],
    ['links to a new address for that address', CHANGE_EMAIL, 'email-from', 'attempts', 5, HOUR],
    ['mails of a client network for new addresses', CHANGE_EMAIL, 'address', 'successes', 600, HOUR],
    ['links to verify again for an account', RESEND, 'account', 'attempts', 1, 60],
    ['mails of a client network to verify again', RESEND, 'address', 'successes', 600, HOUR],
    ['API tokens of an account', MAKE_TOKEN, 'account', 'attempts', 60, HOUR],
    ['usernames of an account', RENAME, 'account', 'attempts', 20, HOUR],
    ['exports of an account', EXPORT, 'account', 'attempts', 30, HOUR],
  ])('bound %s', (...given) => {
    const [, policy, subject, counts, points, duration, devices] = given;
    const matching = policy.limits.filter((limit) => limit.subject === subject && limit.counts === counts);
    expect(matching).toContainEqual(expect.objectContaining({ points, duration }));
    expect(matching.find((limit) => limit.points === points)?.devices).toBe(devices);
  });

  it('count mails of one account together, whatever they are for', () => {
    const mails = { subject: 'account', counts: 'attempts', points: 20, duration: HOUR };
    const [change, resend] = [CHANGE_EMAIL, RESEND].map(({ limits }) => limits.find(({ points }) => points === 20));
    expect(change).toMatchObject(mails);
    expect(resend).toBe(change);
    expect(CHANGE_EMAIL.limits).toContainEqual(expect.objectContaining({ ...mails, points: 10 }));
  });
});

describe('a policy', () => {
  const needs = ({ isNeeded }: Policy, body?: unknown, config: Partial<AuthConfig> = {}) =>
    isNeeded?.(config as AuthConfig, body);

  it('of mailed registrations is needed where a registration mails its address', () => {
    const modes = ['off', 'optional', 'required'] as const;
    expect(modes.map((emailVerification) => needs(REGISTER_MAIL, {}, { emailVerification }))).toEqual([
      ...[false, true, true],
    ]);
  });

  it('of new usernames is needed where a request sends one, and takes any body', () => {
    expect(needs(RENAME, { username: 'alice' })).toBe(true);
    for (const body of [{ email: 'a@example.com' }, null, undefined, 'username'])
      expect(needs(RENAME, body)).toBe(false);
  });
});
