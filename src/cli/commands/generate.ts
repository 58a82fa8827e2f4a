import { Option, type Command } from 'commander';
import { z } from 'zod';
import { generate, resume } from '../../jobs/generate.ts';
import { parseDeviceChoice } from '../../jobs/devices/openDevice.ts';
import {
  parseArchitecture,
  parseHead,
  parseMethod,
  parseMix,
  parsePoolSamples,
  parsePrecision,
  parsePreset,
} from '../../jobs/parseNames.ts';
import { TsyndError } from '../../protocol/errors.ts';
import {
  ARCHITECTURES,
  DEVICE_CHOICES,
  generateSettingsSchema,
  generationSettingsSchema,
  HEADS,
  METHODS,
  MIXES,
  POOL_SAMPLES,
  PRECISIONS,
  PRESETS,
} from '../../protocol/settings.ts';
import { followRun, printResult } from '../followRun.ts';
import {
  DEFAULT_COUNT,
  DEFAULT_OUT,
  makeSettings,
  sourcesOf,
  type GenerateChoices,
} from '../../protocol/generateChoices.ts';
import { withInterrupts } from '../interrupts.ts';
import { jsonOption, numberOption } from '../options.ts';
import { remarkDevice } from '../remarkDevice.ts';
import { Terminal } from '../terminal.ts';

interface Options extends GenerateChoices {
  readonly out: string;
  readonly device: ReturnType<typeof parseDeviceChoice>;
  readonly threads?: number;
  readonly resume?: string;
  readonly json?: true;
}

const { count, seed, fraction, imageSize } = generateSettingsSchema.shape;
const { steps } = generationSettingsSchema.shape;
const wholeFrom = (least: number): string => `a whole number, ${least} or more`;

export function addGenerateCommand(program: Command): void {
  program
    .command('generate')
    .description('train on a dataset and make synthetic images that the classifier is uncertain about')
    .argument(
      '[dataset]',
      'a folder of class folders, an .npz archive like those of MedMNIST, or a .csv file',
    )
    .option('--out <dir>', "folder that gets the run's own new folder", DEFAULT_OUT)
    .addOption(
      numberOption(
        '--count <n>',
        `synthetic images to make (default: ${DEFAULT_COUNT}; 0 for methods without latents)`,
        count,
        wholeFrom(0),
      ),
    )
    .addOption(
      new Option('--method <name>', METHODS.join(', '))
        .default('mi', 'mi, or baseline with --pool')
        .argParser(parseMethod),
    )
    .addOption(new Option('--preset <name>', PRESETS.join(', ')).default('quick').argParser(parsePreset))
    .addOption(
      numberOption(
        '--steps <n>',
        "steps of latent optimisation (default: the preset's)",
        steps,
        wholeFrom(0),
      ),
    )
    .addOption(numberOption('--seed <n>', 'decides all that is random', seed, wholeFrom(0)).default(0))
    .addOption(
      numberOption(
        '--fraction <share>',
        'share of the training images whose labels are used',
        fraction,
        'a number above 0 and up to 1',
      ).default(1),
    )
    .addOption(
      numberOption(
        '--image-size <px>',
        "side of the images (default: the archive's own; 28 for image files)",
        imageSize,
        wholeFrom(8),
      ),
    )
    .addOption(new Option('--architecture <name>', ARCHITECTURES.join(', ')).argParser(parseArchitecture))
    .addOption(new Option('--head <name>', HEADS.join(', ')).argParser(parseHead))
    .option('--pretrained <path>', "weights to start from: a .safetensors file, or a run's folder")
    .option('--pool <path>', "synthetic images to train on: a run's folder, a curated export, or any dataset")
    .addOption(
      new Option(
        '--samples <which>',
        `of a run as the pool: ${POOL_SAMPLES.join(', ')} (default: all)`,
      ).argParser(parsePoolSamples),
    )
    .addOption(
      new Option('--mix <name>', `${MIXES.join(', ')} (default with --pool: real-and-synthetic)`).argParser(
        parseMix,
      ),
    )
    .addOption(
      numberOption(
        '--ratio <n>',
        'synthetic images of the pool for each real one (default: all)',
        z.number().positive(),
        'a number above 0',
      ),
    )
    .addOption(
      new Option('--device <name>', DEVICE_CHOICES.join(', ')).default('auto').argParser(parseDeviceChoice),
    )
    .addOption(
      new Option(
        '--precision <name>',
        `${PRECISIONS.join(', ')} (default: float32); float16 halves memory on graphics cards and is slower on the cpu`,
      ).argParser(parsePrecision),
    )
    .addOption(
      numberOption(
        '--threads <n>',
        'threads of the cpu device (default: one a processor)',
        z.int().min(1),
        wholeFrom(1),
      ),
    )
    .option('--resume <run>', 'go on with a stopped run, by its folder; its settings stay as they are')
    .option('--skip-unreadable', 'leave out image files that cannot be read, instead of stopping')
    .addOption(jsonOption())
    .action(async (dataset: string | undefined, options: Options, command: Command) => {
      const terminal = new Terminal(options.json === true);
      const { resume: runPath } = options;
      const onDevice = remarkDevice(terminal);
      if (runPath !== undefined) checkNoSettings(command);
      const result = await withInterrupts((signal) => {
        const job =
          runPath === undefined
            ? generate({ ...requestOf(dataset, withMethod(options, command)), signal, onDevice })
            : resume({
                runPath,
                signal,
                onDevice,
                ...(dataset === undefined ? {} : { datasetPath: dataset }),
              });
        return followRun(job, terminal);
      });
      printResult(result, terminal);
    });
}

function requestOf(datasetPath: string | undefined, options: Options): Parameters<typeof generate>[0] {
  if (datasetPath === undefined) {
    throw new TsyndError('settings/invalid', 'No dataset was given.', {
      remedy: 'Name its folder or file: tsynd generate DATASET; or go on with a run: --resume RUN.',
    });
  }
  const { out, device, threads } = options;
  const settings = makeSettings(options);
  const sources = sourcesOf(options);
  return { datasetPath, settings, sources, out, device, ...(threads === undefined ? {} : { threads }) };
}

/** A pool takes the place of synthetic images that are made while training. */
function withMethod(options: Options, command: Command): Options {
  const isChosen = command.getOptionValueSource('method') !== 'default';
  return isChosen || options.pool === undefined ? options : { ...options, method: 'baseline' };
}

/** A run that goes on keeps everything that it was started with. */
function checkNoSettings(command: Command): void {
  const given = command.options.find(
    (option) =>
      !['resume', 'json'].includes(option.attributeName()) &&
      command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (!given) return;
  throw new TsyndError('settings/invalid', `${given.long ?? given.flags} cannot be given with --resume.`, {
    remedy: 'A run goes on with what it was started with: leave the option out, or start a new run.',
  });
}
