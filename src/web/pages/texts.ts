/** What pages say besides what stands in their templates; a team translates this file and the templates. */
export const TEXTS = {
  welcome: 'Welcome! Your account is ready.',
  loggedIn: 'You are logged in.',
  loggedOut: 'You are logged out.',
  otherBrowser: 'To protect your account, please log in again to access this page.',
  passwordsDiffer: 'must be the same in both fields',
  verificationSent: 'Your account exists. Follow the link that was mailed to you, then log in.',

  // Recovery
  resetLinkSent: 'If an account has this address, a link is on its way.',
  passwordReset: 'Your password is set. Log in with it.',
  emailVerified: 'Your email address is verified.',
  emailChangeUndone:
    'The change was undone, and every session and API token has ended. A link to set a new password was mailed to you.',

  // Account
  renamed: 'Your username was changed.',
  passwordChanged: 'Your password was changed. Every other session has ended.',
  passwordChangedTokensToo: 'Your password was changed. Every other session and every API token has ended.',
  emailChangeRequested: 'Follow the link that was mailed to the new address.',
  verificationSentAgain: 'If your address is not verified yet, a link is on its way.',
  sessionEnded: 'The session has ended.',
  otherSessionsEnded: 'Every other session has ended.',
  tokenRevoked: 'The API token was revoked.',
  accountDeleted: 'Your account and everything in it were deleted.',
  wrongPassword: 'is wrong',
  notConfirmed: 'must be checked',
};
