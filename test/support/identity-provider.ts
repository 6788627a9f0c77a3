import { Events, type MutableResponse, type MutableToken, OAuth2Server } from 'oauth2-mock-server';

/** A real OpenID Connect provider on this machine, which lies as a test tells it to. */
export class IdentityProvider {
  /** What the next ID tokens say, beyond what makes them valid. */
  claims: Record<string, unknown> = {};
  /** What the UserInfo endpoint says. */
  about: Record<string, unknown> = {};
  /** Changes an ID token before it is signed. */
  forge: (token: MutableToken) => void = () => undefined;
  /** Changes the answer of the token endpoint. */
  tamper: (answer: MutableResponse) => void = () => undefined;
  /** Changes the address that the browser is sent back to. */
  redirect: (url: URL) => void = () => undefined;

  private constructor(readonly server: OAuth2Server) {}

  static async start(): Promise<IdentityProvider> {
    const server = new OAuth2Server();
    await server.issuer.keys.generate('RS256');
    await server.start(0, '127.0.0.1');
    const provider = new IdentityProvider(server);
    server.service.on(Events.BeforeTokenSigning, (token: MutableToken) => {
      if (token.payload['aud'] === undefined) return;
      Object.assign(token.payload, provider.claims);
      provider.forge(token);
    });
    server.service.on(Events.BeforeResponse, (answer: MutableResponse) => provider.tamper(answer));
    server.service.on(Events.BeforeUserinfo, (answer: MutableResponse) => {
      answer.body = { ...provider.claims, ...provider.about };
    });
    server.service.on(Events.BeforeAuthorizeRedirect, ({ url }: { url: URL }) => provider.redirect(url));
    return provider;
  }

  get issuer(): string {
    return this.server.issuer.url ?? '';
  }

  /** Honest again, for the next test. */
  reset(): void {
    this.claims = {};
    this.about = {};
    this.forge = this.tamper = this.redirect = () => undefined;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}
