import { singular, words } from './words';

describe('words of names', () => {
  it.each([
    ['Note', 'note'],
    ['ApiToken', 'API token'],
    ['api-tokens', 'API tokens'],
    ['listAuditEvents', 'list audit events'],
  ])('%s is %s', (name, text) => expect(words(name)).toBe(text));

  it.each([
    ['Notes', 'Note'],
    ['Categories', 'Category'],
    ['Boxes', 'Box'],
    ['Addresses', 'Address'],
    ['Address', 'Address'],
    ['Status', 'Status'],
    ['Analysis', 'Analysis'],
    ['api-tokens', 'api-token'],
    ['Health', 'Health'],
  ])('one of %s is %s', (plural, one) => expect(singular(plural)).toBe(one));
});
