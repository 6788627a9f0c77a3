import type { HTTPMethods } from 'fastify';
import createRouter from 'find-my-way';

/** A pattern of addresses, such as `/things/:id`, and the methods that it supports. */
export interface Route {
  readonly url: string;
  readonly methods: Set<HTTPMethods>;
}

/** The routes of the application by their address, whatever the method. Those with wildcards are left out. */
export class RouteTable {
  private readonly routes = new Map<string, Route>();
  private readonly byHandler = new Map<unknown, Route>();
  private router: ReturnType<typeof createRouter> | undefined;

  /** @param maxParamLength as Fastify's router has it */
  constructor(private readonly maxParamLength: number | undefined) {}

  /** @param url a pattern; the names of its parameters make no difference */
  add(url: string, methods: readonly HTTPMethods[]): void {
    if (url.includes('*')) return;
    const key = url.replaceAll(/:\w+/g, ':');
    const route = this.routes.get(key) ?? { url, methods: new Set() };
    for (const method of methods) route.methods.add(method);
    this.routes.set(key, route);
  }

  /** The most specific route of an address, as Fastify's router finds it for a method that the route supports. */
  find(address: string): Route | undefined {
    // Built for the first request that needs it, to keep it out of each start.
    this.router ??= this.createRouter();
    return this.byHandler.get(this.router.find('GET', address)?.handler);
  }

  /** Routes whose address fits the pattern of another too, as `/things/options` fits `/things/:id`. */
  shadowing(): Route[] {
    const routes = [...this.routes].map(([key, route]) => ({ route, segments: key.split('/') }));
    const patterns = routes.filter(({ segments }) => segments.some((segment) => segment.startsWith(':')));
    return routes
      .filter(({ route, segments }) =>
        patterns.some((pattern) => pattern.route !== route && fits(segments, pattern.segments)),
      )
      .map(({ route }) => route);
  }

  private createRouter(): ReturnType<typeof createRouter> {
    const router = createRouter({ maxParamLength: this.maxParamLength });
    for (const route of this.routes.values()) {
      const handler = () => undefined;
      this.byHandler.set(handler, route);
      router.on('GET', route.url, handler);
    }
    return router;
  }
}

const fits = (address: readonly string[], pattern: readonly string[]) =>
  address.length === pattern.length &&
  pattern.every((segment, index) => segment.startsWith(':') || segment === address[index]);
