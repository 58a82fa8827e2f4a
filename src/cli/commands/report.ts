import { Option, type Command } from 'commander';
import { buildReport } from '../../jobs/report/buildReport.ts';
import { headlineTables } from '../../jobs/report/headlineTables.ts';
import {
  REPORT_FORMATS,
  reportText,
  writeReport,
  writeReportFile,
  type ReportFormat,
} from '../../jobs/report/writeReport.ts';
import { formatReport } from '../formatReport.ts';
import { jsonOption } from '../options.ts';
import { Terminal } from '../terminal.ts';

interface Options {
  readonly format?: ReportFormat;
  readonly out?: string;
  readonly json?: true;
}

export function addReportCommand(program: Command): void {
  program
    .command('report')
    .description('report an experiment as it stands, finished or not')
    .argument('<experiment>', "the experiment's folder")
    .addOption(
      new Option(
        '--format <name>',
        'print the report in one format; without it report.md, .csv and .html are written into the folder',
      ).choices(REPORT_FORMATS),
    )
    .option('--out <file>', 'write it to a file, in the format of its ending unless --format says otherwise')
    .addOption(jsonOption())
    .action(async (folder: string, { format, out, json }: Options) => {
      const terminal = new Terminal(json === true);
      const report = await buildReport(folder);
      if (format !== undefined && out === undefined) {
        terminal.print(reportText(report, format).trimEnd());
        return;
      }
      const files =
        out === undefined ? await writeReport(folder, report) : [await writeReportFile(report, out, format)];
      for (const line of formatReport(report, headlineTables(report))) terminal.print(line);
      terminal.emit({ type: 'result', files });
      if (json !== true) for (const file of files) terminal.print(file);
    });
}
