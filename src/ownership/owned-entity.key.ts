/** Metadata key of the entity whose rows a controller or handler guards. */
export const OWNED_ENTITY = Symbol('OWNED_ENTITY');
