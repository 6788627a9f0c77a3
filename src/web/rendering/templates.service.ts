import { Injectable } from '@nestjs/common';
import { Liquid } from 'liquidjs';
import { SiteConfig } from '../../platform/config/site.config';
import { Features } from '../../platform/features/features.service';
import { isoTime } from '../../platform/kernel/iso-time';
import { displayedTime } from './displayed-time';
import './site-feature';

/**
 * The templates of pages: `<name>.liquid` in `TEMPLATE_DIR`, else in the folder of the last feature that has it. What they
 * print is escaped for HTML; what is HTML already goes through the filter `raw`.
 */
@Injectable()
export class Templates {
  private readonly engine: Liquid;

  constructor(features: Features, { templateDir }: SiteConfig) {
    const folders = features.all.flatMap(({ site }) => site?.templates ?? []).reverse();
    this.engine = new Liquid({
      root: templateDir === undefined ? folders : [templateDir, ...folders],
      extname: '.liquid',
      cache: true,
      outputEscape: 'escape',
      strictVariables: true,
      strictFilters: true,
      lenientIf: true,
    });
    this.engine.registerFilter('time', (time: number | string) => displayedTime(new Date(time)));
    this.engine.registerFilter('iso', (time: number) => isoTime(time));
  }

  /** @throws when there is no such template, or when it names a value that is not given */
  render(name: string, values: object): string {
    return String(this.engine.renderFileSync(name, values));
  }
}
