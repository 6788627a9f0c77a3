import { oneOf } from './environment';

/** Whether a text is exactly a web origin. */
export const isOrigin = (item: string) => URL.canParse(item) && new URL(item).origin === item;

/** What the server is run for, on which several classes depend. */
export const NODE_ENV = oneOf(
  'development',
  'test',
  'production',
)({
  default: 'development',
  desc: 'development, test or production. APP_SECRET is required in production.',
  example: 'production',
});
