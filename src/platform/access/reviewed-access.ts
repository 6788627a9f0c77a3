declare module '../features/feature.decorator' {
  interface FeatureDefinition {
    /**
     * Who may call each route of the feature, as it was reviewed, by method and path: `'GET /notes': 'authenticated, token
     * with notes:read'`. A test compares it with what the guards see, so that a change of a rule is a change here too.
     */
    readonly access?: Readonly<Record<string, string>>;
  }
}

export {};
