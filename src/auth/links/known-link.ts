import type { KnownAccounts } from '../../platform/features/known-good';
import { using } from '../../platform/features/provider-call';
import { newId } from '../../platform/kernel/ids';
import type { OneTimePurpose } from './one-time-token.entity';
import { OneTimeTokens } from './one-time-tokens.service';

/** A body with the token of a new link, for requests that must succeed. @param more other properties of the body */
export const knownLink = (purpose: OneTimePurpose, more: (accounts: KnownAccounts) => object = () => ({})) =>
  using(OneTimeTokens, async (tokens, accounts: KnownAccounts) => {
    const { id: userId, email } = accounts.owner;
    const link = { id: newId(), userId, purpose, email };
    await tokens.issueIf(link, () => Promise.resolve(true));
    return { token: tokens.values(link).token, ...more(accounts) };
  });
