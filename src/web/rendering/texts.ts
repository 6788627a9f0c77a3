/** What fields are called where a page lists what is wrong with them; others go by their own names. */
export const LABELS: Readonly<Record<string, string>> = {
  username: 'Username',
  email: 'Email',
  password: 'Password',
  passwordAgain: 'Password again',
  title: 'Title',
  content: 'Text',
  currentPassword: 'Current password',
  newPassword: 'New password',
  newPasswordAgain: 'New password again',
  confirm: 'Confirmation',
  name: 'Name',
  scopes: 'Scopes',
  expiresAt: 'Last day',
  token: 'Code from the mail',
};
