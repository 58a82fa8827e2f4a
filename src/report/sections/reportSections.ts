import type { Report } from '../../protocol/report.ts';
import { html } from '../html/html.ts';
import type { SectionOptions } from '../html/htmlTable.ts';
import { learningSection, robustnessSection } from './chartSections.ts';
import { confusionSection } from './confusionSection.ts';
import {
  differencesSection,
  entropySection,
  overviewSection,
  qualitySection,
  resultsSection,
  settingsSection,
  trainingSetsSection,
  warningsSection,
  type RenderSection,
} from './tableSections.ts';

export interface ReportSection {
  /** Of the element, for links. */
  readonly id: string;
  readonly title: string;
  /** The whole section with its heading; every text of the report in it is escaped. */
  readonly html: string;
}

const SECTIONS: readonly (readonly [id: string, title: string, render: RenderSection])[] = [
  ['overview', 'Overview', overviewSection],
  ['warnings', 'Read this first', warningsSection],
  ['results', 'Results', resultsSection],
  ['entropy', 'Mutual information against entropy', entropySection],
  ['training-sets', 'Training sets', trainingSetsSection],
  ['differences', 'Differences to the first arm', differencesSection],
  ['robustness', 'Robustness', robustnessSection],
  ['learning', 'Learning curves', learningSection],
  ['confusion', 'Confusion matrices', confusionSection],
  ['quality', 'Quality of the synthetic images', qualitySection],
  ['settings', 'Settings', settingsSection],
];

/** All sections that the report has something for, in the order in which they are read. */
export function reportSections(report: Report, options: SectionOptions): readonly ReportSection[] {
  return SECTIONS.flatMap(([name, title, render]) => {
    const content = render(report, options);
    if (!content) return [];
    const id = `report-${name}`;
    const { text } = html`<section id="${id}" aria-labelledby="${id}-title">
      <h2 id="${id}-title">${title}</h2>
      ${content}
    </section>`;
    return [{ id, title, html: text }];
  });
}
