import type { Report } from '../protocol/report.ts';
import { groupRows } from './groupRows.ts';
import { codeBlock, escapeMarkdown, markdownTable } from './markdown/markdownTable.ts';
import { conditionTables } from './tables/conditionTables.ts';
import { confusionTable } from './tables/confusionTable.ts';
import { differenceTables } from './tables/differenceTables.ts';
import { entropyTable } from './tables/entropyTable.ts';
import { armTable, cellTable, datasetTable, settingsFacts } from './tables/planTables.ts';
import { qualityTables } from './tables/qualityTables.ts';
import { robustnessTables } from './tables/robustnessTables.ts';
import type { Table } from './tables/table.ts';
import { trainingSetTables } from './tables/trainingSetTables.ts';

/** The report as one Markdown file for GitHub: no HTML, no pictures. */
export function reportMarkdown(report: Report): string {
  const entropy = entropyTable(report);
  const blocks = [
    `# ${escapeMarkdown(report.title)}`,
    ...(report.description === undefined ? [] : [escapeMarkdown(report.description)]),
    settingsFacts(report)
      .map(([name, value]) => `- **${name}**: ${escapeMarkdown(value)}`)
      .join('\n'),
    ...chapter('Read this first', [report.warnings.map((text) => `- ${escapeMarkdown(text)}`).join('\n')]),
    ...chapter('Results', [
      ...tables(conditionTables(report, 'accuracy')),
      ...tables(conditionTables(report, 'balancedAccuracy')),
      ...tables(conditionTables(report, 'auroc')),
    ]),
    ...chapter('Mutual information against entropy', entropy ? [markdownTable(entropy)] : []),
    ...chapter('Training sets', tables(trainingSetTables(report))),
    ...chapter('Differences to the first arm', tables(differenceTables(report))),
    ...chapter(
      'Robustness',
      groupRows(report).flatMap((group) => [
        ...tables(robustnessTables(report, group, 'accuracy')),
        ...tables(robustnessTables(report, group, 'auroc')),
      ]),
    ),
    ...chapter('Confusion matrices of clean test images, over all seeds', tables(confusionTables(report))),
    ...chapter('Quality of the synthetic images', qualityBlocks(report)),
    ...chapter('Settings', [
      ...tables([datasetTable(report), armTable(report), cellTable(report)]),
      codeBlock(report.yaml, 'yaml'),
    ]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** A heading and what stands under it; nothing where that is nothing. */
function chapter(title: string, blocks: readonly string[]): readonly string[] {
  const filled = blocks.filter((block) => block !== '');
  return filled.length === 0 ? [] : [`## ${title}`, ...filled];
}

function tables(list: readonly Table[]): readonly string[] {
  return list.flatMap((table) => [`### ${escapeMarkdown(table.title)}`, markdownTable(table)]);
}

function confusionTables({ rows, datasets }: Report): readonly Table[] {
  return rows.flatMap((row) => {
    const dataset = datasets.find(({ name }) => name === row.dataset);
    return (dataset && confusionTable(row, dataset)) ?? [];
  });
}

function qualityBlocks({ quality, datasets }: Report): readonly string[] {
  return quality.flatMap((one) => [
    `### ${escapeMarkdown(one.pool)}`,
    ...one.warnings.map((text) => `- ${escapeMarkdown(text)}`),
    ...qualityTables(one, datasets.find(({ name }) => name === one.dataset.name)?.classNames ?? []).flatMap(
      (table) => [`**${escapeMarkdown(table.title)}**`, markdownTable(table)],
    ),
  ]);
}
