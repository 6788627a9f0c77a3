/** The reviewed access rules of the five routes of an `@Owned()` controller: `ownedAccess('/bookmarks')`. */
export const ownedAccess = (path: string): Record<string, string> => ({
  [`GET ${path}`]: 'authenticated',
  [`POST ${path}`]: 'authenticated',
  [`GET ${path}/:id`]: 'owner',
  [`PATCH ${path}/:id`]: 'owner',
  [`DELETE ${path}/:id`]: 'owner',
});
