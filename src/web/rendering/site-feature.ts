import { declareSettings } from '../../platform/features/features-in';

/** An entry of the menu that every page has. */
export interface MenuEntry {
  readonly label: string;
  /** A path of the site. */
  readonly href: string;
  /** Who sees it: visitors who are not logged in, accounts, or accounts with the role `admin`. */
  readonly audience: 'visitors' | 'accounts' | 'administrators';
}

declare module '../../platform/features/feature.decorator' {
  interface FeatureDefinition {
    /** What the feature adds to the site. Its pages are controllers marked `@PageController()`. */
    readonly site?: {
      /** A folder of templates. Those of a later feature replace those of the same name. */
      readonly templates?: string;
      readonly menu?: readonly MenuEntry[];
    };
  }
}

declareSettings('site');
