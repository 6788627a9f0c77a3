import { Database } from '../src/platform/database/database.service';
import { TestApp } from './support/app';
import { PASSWORD } from './support/client';
import { createDatabase, onEachDatabase } from './support/databases';
import { Program } from './support/program';
import { type SmtpMood, TestSmtpServer } from './support/smtp';

const MINUTE = 60_000;

afterAll(() => Program.killAll());

onEachDatabase((dialect) => {
  describe('mail by SMTP', () => {
    let smtp: TestSmtpServer;
    let app: TestApp;

    beforeAll(async () => {
      smtp = await TestSmtpServer.start();
      app = await TestApp.start(dialect, {
        SMTP_URL: smtp.url,
        MAIL_FROM: 'Example <no-reply@example.com>',
        EMAIL_SIGN_IN: 'on',
      });
    });

    afterEach(async () => {
      smtp.mood = 'accept';
      // So that nothing is sent during the next test.
      await app.sendMail();
      await app.empty();
      smtp.forget();
    });

    afterAll(async () => {
      await smtp.stop();
      await app.stop();
    });

    it('arrives as text and as HTML that say the same, with its link', async () => {
      await app.register('alice');
      await app.sendMail();
      const [mail] = smtp.received;
      expect(smtp.received).toHaveLength(1);
      expect([mail?.from, mail?.to, mail?.subject]).toEqual([
        'no-reply@example.com',
        'alice@example.com',
        'Confirm your email address',
      ]);
      expect(mail?.link).toMatch(/^http:\/\/localhost:\d+\/verify-email#token=lko_[\w-]{64}$/);
      expect(new URL(mail?.link ?? '').port).toBe(new URL(app.origin).port);
      expect(mail?.html).toContain(`href="${mail?.link ?? ''}"`);
      for (const paragraph of mail?.text.trim().split(/\n{2,}/) ?? []) expect(mail?.html).toContain(paragraph);
    });

    it('contains no text chosen by a stranger: no username, and no text of the User-Agent', async () => {
      const { user } = (await app.register('www.win-a-prize.example')).session;
      await app.sendMail();
      const { token } = smtp.received[0] ?? {};
      const device = '<a href="https://evil.example">click</a>/1.0 (Linux) https://evil.example';
      const logIn = (username: string) =>
        app.anonymous.post('/auth/login', { username, password: PASSWORD }, { headers: { 'user-agent': device } });
      // The owner of the address is unknown, so only requested messages are sent.
      await logIn(user.username);
      await app.anonymous.post('/auth/email/verify', { token });
      await app.app.get(Database).manager.query('DELETE FROM "sessions"');
      await logIn(user.username);
      await app.sendMail();
      expect(smtp.received.map(({ subject }) => subject).sort()).toEqual([
        'Confirm your email address',
        'New login to your account',
      ]);
      for (const { text, html } of smtp.received) {
        expect(text).not.toContain('win-a-prize');
        for (const form of [text, html]) expect(form).not.toMatch(/evil|click/);
      }
    });

    it('is not sent for refused requests', async () => {
      await app.register('bob');
      const again = { username: 'bob', email: 'other@example.com', password: PASSWORD };
      expect((await app.anonymous.post('/auth/register', again)).status).toBe(409);
      await app.sendMail();
      expect(smtp.received.map(({ to }) => to)).toEqual(['bob@example.com']);
    });

    it('waits for a server that is down for an hour, and delays no request', async () => {
      await smtp.stop();
      await app.register('carol');
      await app.sendMail();
      for (let minute = 0; minute < 60; minute += 1) {
        app.clock.advance(MINUTE);
        await app.sendMail();
      }
      expect(smtp.received).toEqual([]);
      await smtp.listen();
      app.clock.advance(15 * MINUTE);
      await app.sendMail();
      expect(smtp.received.map(({ to }) => to)).toEqual(['carol@example.com']);
      app.clock.advance(60 * MINUTE);
      await app.sendMail();
      expect(smtp.received).toHaveLength(1);
    });

    it.each<[SmtpMood, string]>([
      ['refuse', 'refuses every connection'],
      ['reject', 'rejects the message'],
      ['drop', 'drops the connection in the middle of the message'],
      ['hang', 'takes the connection and says nothing'],
    ])('arrives once after a server that %ss (%s)', async (mood) => {
      smtp.mood = mood;
      await app.register('dave');
      await smtp.connected(1);
      const sending = app.sendMail();
      if (mood === 'hang') smtp.cut();
      await sending;
      expect(smtp.received).toEqual([]);
      smtp.mood = 'accept';
      app.clock.advance(MINUTE);
      await app.sendMail();
      expect(smtp.received.map(({ to }) => to)).toEqual(['dave@example.com']);
    });

    it('with a code to log in is repeated with the same code, and one that a newer request replaced is not', async () => {
      await app.register('dirk');
      await app.sendMail();
      expect((await app.anonymous.post('/auth/email/verify', { token: smtp.received[0]?.token })).status).toBe(204);
      smtp.forget();
      const ask = () =>
        app.anonymous.post<{ challengeToken: string }>('/auth/email-login', { email: 'dirk@example.com' });
      smtp.mood = 'reject';
      await ask();
      await app.sendMail();
      const { challengeToken } = (await ask()).body;
      await app.sendMail();
      smtp.mood = 'accept';
      app.clock.advance(5 * MINUTE);
      await app.sendMail();
      expect(smtp.received).toHaveLength(1);
      const { text = '', token } = smtp.received[0] ?? {};
      const code = /^\d{8}$/m.exec(text)?.[0];
      // From when it was sent, not from the request.
      app.clock.advance(9 * MINUTE);
      expect((await app.anonymous.post('/auth/email-login/verify', { challengeToken, code })).status).toBe(200);
      expect((await app.anonymous.post('/auth/email-login/verify', { token })).status).toBe(401);
    });

    it('is sent once to a server that is slow to respond, and delays no other', async () => {
      smtp.mood = 'slow';
      await app.register('dora');
      await smtp.hasReceived(1);
      // Another instance looks for what is due, while the answer is still to come.
      const [row] = await app.app
        .get(Database)
        .manager.query<{ dueAt: number }[]>('SELECT "dueAt" FROM "outbox_messages"');
      expect(row?.dueAt).toBe(app.clock.now() + 5 * MINUTE);
      await app.register('dean');
      smtp.mood = 'accept';
      smtp.release();
      await app.sendMail();
      expect(smtp.received.map(({ to }) => to)).toEqual(['dora@example.com', 'dean@example.com']);
      expect(await app.app.get(Database).manager.query('SELECT "id" FROM "outbox_messages"')).toEqual([]);
    });

    it('is retried after growing delays, and the lifetime of a link starts when it is sent', async () => {
      smtp.mood = 'refuse';
      await app.register('erin');
      await app.sendMail();
      const attempts: number[] = [];
      for (let second = 0; second < 200; second += 5) {
        const before = smtp.connections;
        app.clock.advance(5_000);
        await app.sendMail();
        if (smtp.connections > before) attempts.push(second + 5);
      }
      expect(attempts).toEqual([5, 15, 35, 75, 155]);
      smtp.mood = 'accept';
      app.clock.advance(20 * 60 * MINUTE);
      await app.sendMail();
      app.clock.advance(23 * 60 * MINUTE);
      const { token } = smtp.received[0] ?? {};
      expect((await app.anonymous.post('/auth/email/verify', { token })).status).toBe(204);
    });
  });

  it('mail of the built program is not lost when it is killed while the mail is being sent', async () => {
    const database = await createDatabase(dialect);
    const smtp = await TestSmtpServer.start();
    smtp.mood = 'hang';
    const env = { SMTP_URL: smtp.url };
    const program = await Program.start({ ...database.env, ...env });
    await program.register('alice');
    await smtp.connected(1);
    await program.kill9();
    smtp.mood = 'accept';
    const next = await TestApp.on(database, env);
    // So long the message is left to the process that had taken it.
    next.clock.advance(5 * MINUTE);
    await next.sendMail();
    expect(smtp.received.map(({ to }) => to)).toEqual(['alice@example.com']);
    await next.app.close();
    await smtp.stop();
    await database.drop();
  });
});

describe('several instances', () => {
  it('send each message once', async () => {
    const database = await createDatabase('postgres');
    const smtp = await TestSmtpServer.start();
    const programs = await Promise.all(
      [1, 2, 3].map(() => Program.start({ ...database.env, SMTP_URL: smtp.url, PASSWORD_HASH_COST: '4' })),
    );
    const names = Array.from({ length: 90 }, (_, index) => `user-${index}`);
    const registrations = programs.flatMap((program, own) =>
      names.filter((_, index) => index % 3 === own).map((name) => program.register(name)),
    );
    await Promise.all(registrations);
    await smtp.hasReceived(90);
    // One that would be sent twice is sent before the signal is answered.
    await Promise.all(programs.map((program) => program.stop()));
    expect(smtp.received.map(({ to }) => to).sort()).toEqual(names.map((name) => `${name}@example.com`).sort());
    await smtp.stop();
    await database.drop();
  });
});
