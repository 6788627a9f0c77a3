/** What pages say besides what stands in their templates; a team translates this file and the templates. */
export const TEXTS = {
  welcome: 'Welcome! Your account is ready.',
  loggedIn: 'You are logged in.',
  loggedOut: 'You are logged out.',
  otherBrowser: 'To protect your account, please log in again to access this page.',
  passwordsDiffer: 'must be the same in both fields',
  verificationSent: 'Your account exists. Follow the link that was mailed to you, then log in.',

  // notes
  noteWritten: 'Your note is written.',
  noteSaved: 'Your changes are saved.',
  noteDeleted: 'The note is deleted.',
  noteFormUsed: 'This form has made a note already. Save it again to make another one.',
};
