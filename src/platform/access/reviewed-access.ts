declare module '../features/feature.decorator' {
  interface FeatureDefinition {
    /**
     * The reviewed access rule of each route of the feature, by method and path: `'GET /notes': 'authenticated, token
     * with notes:read'`. A test compares it with the metadata that guards read, so a changed rule must be changed here
     * too.
     */
    readonly access?: Readonly<Record<string, string>>;
  }
}

export {};
