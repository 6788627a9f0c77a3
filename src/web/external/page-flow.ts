import type { ExternalFlow, PageState } from '../../auth/external/flow/external-flow';
import { loginPath, sitePath, stepUpPath } from '../pages/site-path';

/** A sign-in with a provider that a page has started. */
export type PageFlow = ExternalFlow & { readonly page: PageState };

/** Where the browser continues when it is back from a provider. */
export const RETURN = '/login/external';

/** The list of identities. */
export const IDENTITIES = '/account/security/identities';

/** The page on which such a sign-in starts. */
export function startOf(flow: PageFlow | null): string {
  if (flow?.intent === 'link') return IDENTITIES;
  const next = sitePath(flow?.page.next ?? '');
  return flow?.intent === 'step-up' ? stepUpPath(next ?? '/account') : loginPath(next ?? '/');
}
