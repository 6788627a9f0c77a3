import type { FeatureDefinition } from './feature.decorator';

type Listener = (features: readonly FeatureDefinition[]) => void;

const listeners: Listener[] = [];

/**
 * Calls a listener with the features of each application that starts in this process, for what is not the application's
 * own, such as the metadata of DTOs. Of several applications, the newest one's features count.
 */
export function onPublication(listener: Listener): void {
  listeners.push(listener);
}

/** Tells all listeners the features of an application. */
export function publishFeatures(features: readonly FeatureDefinition[]): void {
  listeners.forEach((listener) => listener(features));
}
