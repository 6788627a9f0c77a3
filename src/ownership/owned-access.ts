/** The reviewed access rules of the five routes of a resource whose controller is `@Owned()`: `ownedAccess('/bookmarks')`. */
export const ownedAccess = (path: string): Record<string, string> => ({
  [`GET ${path}`]: 'authenticated',
  [`POST ${path}`]: 'authenticated',
  [`GET ${path}/:id`]: 'owner',
  [`PATCH ${path}/:id`]: 'owner',
  [`DELETE ${path}/:id`]: 'owner',
});
