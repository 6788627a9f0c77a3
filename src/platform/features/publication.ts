import type { FeatureDefinition } from './feature.decorator';

type Listener = (features: readonly FeatureDefinition[]) => void;

const listeners: Listener[] = [];

/**
 * Calls a listener with the features of each application that starts in this process, for state outside the
 * application, such as the metadata of DTOs. With several applications, the features of the newest apply.
 */
export function onPublication(listener: Listener): void {
  listeners.push(listener);
}

/** Passes the features of an application to all listeners. */
export function publishFeatures(features: readonly FeatureDefinition[]): void {
  listeners.forEach((listener) => listener(features));
}
